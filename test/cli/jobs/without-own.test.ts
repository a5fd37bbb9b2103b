import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convkit } from '../convkit.js';
import { readLines, temporaryFolder, write, writePictures } from './pictures.js';

describe('a result among its images', () => {
  it.each([
    ['out.npy', []],
    ['out.bin', []],
    ['out', ['--format', 'safetensors', '--shard-rows', '2']],
  ])('%s: a pattern goes on after an interruption, and once more', async (out, more) => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 6, 5);
    symlinkSync('in', join(folder, 'same'));
    const preprocess = (place: string, ...words: string[]) =>
      convkit(folder, 'preprocess', 'in/**', '-o', place, '--resize', '8x8', '--sync-seconds', '0', ...more, ...words);
    expect(await preprocess(`in/${out}`, '--strict')).toMatchObject({ code: 1 });
    // What another process has left behind.
    write(join(folder, `in/${out}.lock.new`), '');
    expect(await preprocess(`same/${out}`)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^going on after \d /),
    });
    expect(readLines(join(folder, `in/${out}.errors.jsonl`))).toHaveLength(1);
  });

  it('is left alone where a list names nothing else', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'x.npy.journal'), '');
    expect(await convkit(folder, 'preprocess', 'x.npy.journal', '-o', 'x.npy', '--resize', '8x8')).toMatchObject({
      code: 2,
      err: expect.stringContaining("there are no images but what belongs to 'x.npy'"),
    });
  });

  it('keeps a photograph of its own name from being replaced', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 2);
    const words = ['preprocess', 'in/*', '-o', 'in/0000.jpg', '--format', 'raw', '--resize', '8x8', '--overwrite'];
    expect(await convkit(folder, ...words)).toMatchObject({ code: 2, err: expect.stringContaining('is to be read') });
  });
});
