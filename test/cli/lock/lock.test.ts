import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Lock } from '../../../src/cli/lock/lock.js';
import { LockedError } from '../../../src/cli/lock/locked-error.js';
import { fateOf, identityOf } from '../../../src/cli/lock/process-identity.js';
import { temporaryFolder } from '../jobs/pictures.js';

const here = identityOf(process.pid);

const { pid: ended } = spawnSync(process.execPath, ['-e', '']);

/** Of a process that has ended, as it would have been while it ran. */
function deadProcess() {
  return { ...here, pid: ended, started: '1' };
}

function lineOf(process: typeof here, token: string): string {
  return `${JSON.stringify({ convkit: 'lock', ...process, token, since: '2024-05-06T07:08:09.000Z' })}\n`;
}

describe('a lock', () => {
  it('is held by one at a time, and says by whom, where and since when', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'x.lock');
    const lock = await Lock.take(path, "'x'");
    const [, since] = /"since":"([^"]+)"/.exec(readFileSync(path, 'utf8')) ?? [];
    const second = Lock.take(path, "'x'");
    await expect(second).rejects.toBeInstanceOf(LockedError);
    await expect(second).rejects.toThrow(
      `'x' is being written by process ${process.pid} on ${hostname()} since ${since}.`,
    );
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await Lock.take(path, "'x'")).release();
  });

  it('of a dead process is taken over by one of those who want it, whoever comes', async () => {
    for (let round = 0; round < 20; round++) {
      const folder = temporaryFolder();
      const path = join(folder, 'x.lock');
      writeFileSync(path, lineOf(deadProcess(), 'dead') + lineOf(deadProcess(), 'also dead'));
      const takers = await Promise.allSettled(Array.from({ length: 12 }, () => Lock.take(path, "'x'")));
      const taken = takers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(taken).toHaveLength(1);
      for (const one of takers) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(LockedError);
      await taken[0].release();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('is one, too, where all come to an empty place', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    const takers = await Promise.allSettled(Array.from({ length: 12 }, () => Lock.take(path, "'x'")));
    expect(takers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('that was cut off while a disk was full does not hide the lines behind it', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    writeFileSync(path, lineOf(deadProcess(), 'dead') + lineOf(here, 'cut').slice(0, 20));
    await Lock.take(path, "'x'");
    await expect(Lock.take(path, "'x'")).rejects.toThrow(`by process ${process.pid}`);
  });

  it('of another machine is not taken over: nobody here can see whether it runs', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    const text = lineOf({ ...deadProcess(), host: 'elsewhere' }, 'foreign');
    writeFileSync(path, text);
    await expect(Lock.take(path, "'x'")).rejects.toThrow(
      `on elsewhere since 2024-05-06T07:08:09.000Z. Nobody here can see whether it still runs: if it does not, remove '${path}'`,
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('that is another one when it is given back stays', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    const lock = await Lock.take(path, "'x'");
    rmSync(path);
    const other = lineOf(here, 'other');
    writeFileSync(path, other);
    await lock.release();
    expect(readFileSync(path, 'utf8')).toBe(other);
  });

  it.skipIf(process.platform === 'win32')('does not touch what is none', async () => {
    const folder = temporaryFolder();
    const [path, notes, pipe] = ['x.lock', 'notes.txt', 'y.lock'].map((name) => join(folder, name));
    writeFileSync(notes, 'my notes');
    symlinkSync(notes, path);
    await expect(Lock.take(path, "'x'")).rejects.toThrow('is a symbolic link, not a file of convkit');
    execFileSync('mkfifo', [pipe]);
    await expect(Lock.take(pipe, "'y'")).rejects.toThrow('is a named pipe, not a file of convkit');
    await expect(Lock.take(notes, "'z'")).rejects.toThrow('does not say which process holds it');
    expect(readFileSync(notes, 'utf8')).toBe('my notes');
    expect(existsSync(path)).toBe(true);
  });
});

describe('a process', () => {
  it('is alive, dead, or of another machine', () => {
    expect(fateOf(here)).toBe('alive');
    expect(fateOf(deadProcess())).toBe('dead');
    expect(fateOf({ ...here, host: 'elsewhere' })).toBe('foreign');
    expect(fateOf({ ...here, machine: 'a twin of this name' })).toBe('foreign');
    expect(fateOf({ ...here, space: 'another container' })).toBe('foreign');
    expect(fateOf({ ...here, machine: 'm', boot: 'earlier' }, { ...here, machine: 'm' })).toBe('dead');
  });

  it.skipIf(process.platform !== 'linux')('is dead where its number is that of a later one', () => {
    expect(fateOf({ ...here, started: `${Number(here.started) - 1}` })).toBe('dead');
  });
});
