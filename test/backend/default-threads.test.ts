import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { defaultThreads } from '../../src/backend/settings.js';
import { fileTree } from '../support/file-tree.js';

/** The files of a container that has this in cpu.max. */
function container(limit: string): string {
  return fileTree({ 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': limit });
}

describe('defaultThreads', () => {
  it.each([
    ['100000 100000', 1],
    ['5000 100000', 1],
    ['150000 100000', Math.min(2, availableParallelism())],
    ['99900000 100000', availableParallelism()],
    ['max 100000', availableParallelism()],
  ])('with a quota of %s', (limit, threads) => {
    expect(defaultThreads(container(limit))).toBe(threads);
  });

  it('where no group tells', () => {
    expect(defaultThreads(fileTree({}))).toBe(availableParallelism());
  });
});
