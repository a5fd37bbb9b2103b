import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convkit } from '../convkit.js';
import { readLines, readNpy, temporaryFolder, write, writePictures } from './pictures.js';

const WORDS = ['preprocess', 'in', '--resize', '24', '--crop', '20'];
const SHARDS = [...WORDS, '--format', 'safetensors'];

describe('--overwrite', () => {
  it('leaves a folder alone that is no result', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 2);
    await writePictures(join(folder, 'photos'), 3);
    mkdirSync(join(folder, 'empty'));
    write(
      join(folder, 'strange/convkit-manifest.json'),
      '{"format":"convkit-shards/1","shards":[{"file":"../in/0000.jpg"}]}',
    );
    for (const out of ['photos', 'in', 'empty', 'strange']) {
      const before = readdirSync(join(folder, out));
      expect(await convkit(folder, ...SHARDS, '-o', out, '--overwrite')).toMatchObject({
        code: 2,
        err: expect.stringContaining(`'${out}' is a folder without a manifest of convkit: it is not overwritten`),
      });
      expect(readdirSync(join(folder, out))).toEqual(before);
    }
    expect(readdirSync(folder).sort()).toEqual(['empty', 'in', 'photos', 'strange']);
  });

  it('replaces the shards of a result, and keeps what somebody has put beside them', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 5);
    expect((await convkit(folder, ...SHARDS, '-o', 'out', '--shard-rows', '1')).code).toBe(0);
    write(join(folder, 'out/notes.txt'), 'mine');
    write(join(folder, 'out/images-000077.safetensors'), 'mine too');
    write(join(folder, 'out/below/more.txt'), 'and this');
    expect((await convkit(folder, ...SHARDS, '-o', 'out/', '--shard-rows', '3', '--overwrite')).code).toBe(0);
    const shards = ['images-000000.safetensors', 'images-000001.safetensors'];
    const mine = ['images-000077.safetensors', 'notes.txt'];
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['below', 'convkit-manifest.json', ...shards, ...mine]);
    expect(readFileSync(join(folder, 'out/images-000077.safetensors'), 'utf8')).toBe('mine too');
    expect(readFileSync(join(folder, 'out/below/more.txt'), 'utf8')).toBe('and this');
    expect(readdirSync(folder).sort()).toEqual(['in', 'out', 'out.index.jsonl']);
  });

  it.skipIf(process.platform === 'win32')('replaces no folder, link or pipe by a file', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    write(join(folder, 'precious'), 'precious');
    symlinkSync('precious', join(folder, 'link.npy'));
    mkdirSync(join(folder, 'folder.npy'));
    execFileSync('mkfifo', [join(folder, 'pipe.npy')]);
    for (const [out, kind] of [
      ['link.npy', 'a symbolic link'],
      ['folder.npy', 'a folder'],
      ['pipe.npy', 'a named pipe'],
      ['/dev/null', 'a device'],
    ]) {
      expect(await convkit(folder, ...WORDS, '--format', 'npy', '-o', out, '--overwrite')).toMatchObject({
        code: 2,
        err: expect.stringContaining(`'${out}' is ${kind}, which no result replaces`),
      });
    }
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious');
    expect(lstatSync(join(folder, 'link.npy')).isSymbolicLink()).toBe(true);
  });

  it('replaces no image that is read, and beside the result only what convkit wrote', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    const jpeg = readFileSync(join(folder, 'in/0000.jpg'));
    const itself = ['in/0000.jpg', '--format', 'raw', '--overwrite'];
    expect(await convkit(folder, ...WORDS, '-o', ...itself)).toMatchObject({
      code: 2,
      err: expect.stringContaining("'in/0000.jpg' is 'in/0000.jpg', which is to be read"),
    });
    expect(readFileSync(join(folder, 'in/0000.jpg')).equals(jpeg)).toBe(true);
    for (const name of ['x.npy.index.jsonl', 'x.npy.errors.jsonl']) {
      write(join(folder, name), '{"my":"own"}\n');
      expect(await convkit(folder, ...WORDS, '-o', 'x.npy', '--overwrite')).toMatchObject({
        code: 2,
        err: expect.stringContaining(`'${name}' is a file that convkit has not written`),
      });
      expect(readFileSync(join(folder, name), 'utf8')).toBe('{"my":"own"}\n');
      rmSync(join(folder, name));
    }
  });
});

describe('what lies at the names of unfinished work', () => {
  it.skipIf(process.platform === 'win32')(
    'is left alone where it is not ours, and no link is followed',
    async () => {
      const folder = temporaryFolder();
      await writePictures(join(folder, 'in'), 1);
      write(join(folder, 'precious'), 'precious');
      for (const name of ['x.npy.journal', 'x.npy.partial', 'x.npy.index.jsonl.partial', 'x.npy.lock']) {
        for (const isLink of [true, false]) {
          if (isLink) symlinkSync('precious', join(folder, name));
          else write(join(folder, name), 'precious');
          for (const more of [[], ['--restart'], ['--overwrite']]) {
            const { code, err } = await convkit(folder, ...WORDS, '-o', 'x.npy', ...more);
            expect({ name, code, err }).toEqual({
              name,
              code: code === 75 ? 75 : 2,
              err: expect.stringContaining(`'${name}'`),
            });
          }
          expect(readFileSync(join(folder, name), 'utf8')).toBe('precious');
          expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(isLink);
          rmSync(join(folder, name));
        }
      }
      expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious');
      expect(readdirSync(folder).sort()).toEqual(['in', 'precious']);
    },
    120_000,
  );

  it.skipIf(process.platform === 'win32')('is not written through where it became a link', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 4, 3);
    write(join(folder, 'precious'), 'precious'.repeat(9999));
    await convkit(folder, ...WORDS, '-o', 'x.npy', '--strict');
    for (const part of ['x.npy.partial', 'x.npy.index.jsonl.partial', 'x.npy.errors.jsonl.partial', 'x.npy.journal']) {
      renameSync(join(folder, part), join(folder, 'aside'));
      symlinkSync('precious', join(folder, part));
      for (const more of [[], ['--restart']]) {
        expect(await convkit(folder, ...WORDS, '-o', 'x.npy', ...more)).toMatchObject({
          code: 2,
          err: expect.stringContaining(`'${part}' is a symbolic link, not a file of convkit`),
        });
      }
      rmSync(join(folder, part));
      renameSync(join(folder, 'aside'), join(folder, part));
    }
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious'.repeat(9999));
    expect((await convkit(folder, ...WORDS, '-o', 'x.npy')).code).toBe(1);
  });

  it('keeps what somebody has put in a folder of shards that is not complete', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 4, 3);
    const words = [...SHARDS, '-o', 'out', '--shard-rows', '2'];
    expect((await convkit(folder, ...words, '--strict')).code).toBe(1);
    write(join(folder, 'out.partial/notes.txt'), 'mine');
    expect(await convkit(folder, ...words, '--restart')).toMatchObject({
      code: 2,
      err: expect.stringContaining("'out.partial' holds 'notes.txt', which is not of convkit"),
    });
    expect(await convkit(folder, ...words)).toMatchObject({
      code: 1,
      err: expect.stringContaining('going on after 2 of 4'),
    });
    expect(readFileSync(join(folder, 'out/notes.txt'), 'utf8')).toBe('mine');
  });
});

describe('a run that goes on', () => {
  it('does so with the same files alone, and says what has changed', async () => {
    const folder = temporaryFolder();
    for (const one of ['a', 'b']) await writePictures(join(folder, one, 'in'), 4, 3);
    const words = [...WORDS, '-o', '../x.npy'];
    expect((await convkit(join(folder, 'a'), ...words, '--strict')).code).toBe(1);
    const refused = async (cwd: string, more: string[], why: string) => {
      const { code, err } = await convkit(join(folder, cwd), ...words, ...more);
      expect({ code, err }).toEqual({
        code: 2,
        err: expect.stringContaining(`'../x.npy' was begun ${why}: --restart begins anew`),
      });
    };
    await refused('b', [], 'of files with other names, or in another order');
    await refused('a', ['--scale', '2'], 'with another recipe');
    write(join(folder, 'a/in/0009.jpg'), 'one more');
    await refused('a', [], 'of 4 files, not 5');
    rmSync(join(folder, 'a/in/0009.jpg'));
    const first = join(folder, 'a/in/0001.jpg');
    renameSync(first, join(folder, 'aside'));
    cpSync(join(folder, 'aside'), first);
    utimesSync(first, 1e9, 1e9);
    await refused('a', [], "before 'in/0001.jpg' changed in size or time");
    writeFileSync(first, 'another size');
    await refused('a', [], "before 'in/0001.jpg' changed in size or time");
    renameSync(join(folder, 'aside'), first);
    // What it has not come to may be mended.
    cpSync(first, join(folder, 'a/in/0003.jpg'));
    expect(await convkit(join(folder, 'a'), ...words)).toMatchObject({
      code: 0,
      err: 'going on after 3 of 4 images\n',
    });
  });

  it('ends as the whole run would where all was done but the renaming', async () => {
    for (const [out, words] of [
      ['x.npy', [...WORDS, '-o', 'x.npy']],
      ['out', [...SHARDS, '-o', 'out']],
    ] as const) {
      const folder = temporaryFolder();
      await writePictures(join(folder, 'in'), 4, 3);
      // The first line of the journal, as a run leaves it that is not complete.
      expect((await convkit(folder, ...words, '--strict')).code).toBe(1);
      const [header] = readFileSync(join(folder, `${out}.journal`), 'utf8').split('\n');
      expect((await convkit(folder, ...words)).code).toBe(1);
      const parts = [`${out}.errors.jsonl`, `${out}.index.jsonl`, out];
      const index = readFileSync(join(folder, parts[1]));
      const [indexBytes, errorBytes] = [index.length, readFileSync(join(folder, parts[0])).length];
      const mark = { inputs: 4, rows: 3, indexBytes, errorBytes, errors: 1 };
      for (let named = 0; named <= parts.length; named++) {
        for (const part of parts.slice(named)) renameSync(join(folder, part), join(folder, `${part}.partial`));
        const lines = [header, JSON.stringify({ mark }), JSON.stringify({ finished: { overwrite: false } }), ''];
        writeFileSync(join(folder, `${out}.journal`), lines.join('\n'));
        expect(await convkit(folder, ...words)).toMatchObject({
          code: 1,
          err: `going on after 4 of 4 images\n1 file was no good: see ${out}.errors.jsonl\n`,
        });
        expect(readdirSync(folder).sort()).toEqual(['in', ...parts].sort());
        expect(readFileSync(join(folder, parts[1])).equals(index)).toBe(true);
      }
    }
  }, 120_000);

  it('does not replace what came to be there meanwhile, and gives the name when that is gone', async () => {
    for (const [out, words] of [
      ['x.npy', [...WORDS, '-o', 'x.npy']],
      ['out', [...SHARDS, '-o', 'out', '--shard-rows', '1']],
    ] as const) {
      const folder = temporaryFolder();
      await writePictures(join(folder, 'in'), 4, 3);
      expect((await convkit(folder, ...words, '--strict')).code).toBe(1);
      mkdirSync(join(folder, out));
      write(join(folder, out, 'mine.txt'), 'mine');
      const more = out === 'out' ? ['--overwrite'] : [];
      for (const words2 of [words, [...words, ...more], [...words, '--overwrite']]) {
        expect(await convkit(folder, ...words2)).toMatchObject({
          code: 2,
          err: expect.stringContaining(`'${out}' is a folder`),
        });
      }
      expect(readFileSync(join(folder, out, 'mine.txt'), 'utf8')).toBe('mine');
      rmSync(join(folder, out), { recursive: true });
      expect((await convkit(folder, ...words)).code).toBe(1);
      expect(existsSync(join(folder, `${out}.journal`))).toBe(false);
    }
  });
});

describe('a result without any row', () => {
  it('is a failure', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'in/a.jpg'), 'no picture');
    write(join(folder, 'in/b.jpg'), 'no picture');
    expect(await convkit(folder, ...WORDS, '-o', 'x.npy')).toMatchObject({
      code: 1,
      err: 'none of 2 files was good: see x.npy.errors.jsonl\n',
    });
    expect(readNpy(join(folder, 'x.npy')).shape).toEqual([0, 3, 20, 20]);
    expect(readLines(join(folder, 'x.npy.errors.jsonl'))).toHaveLength(2);
  });
});
