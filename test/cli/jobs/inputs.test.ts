import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listInputs } from '../../../src/cli/files/list-inputs.js';
import { convkit, main } from '../convkit.js';
import { commandEnvironment } from '../environment.js';
import { readLines, temporaryFolder, write, writePictures } from './pictures.js';

const WORDS = ['preprocess', 'in', '-o', 'x.npy', '--resize', '24', '--crop', '20'];

describe('what lies among the images', () => {
  it.skipIf(process.platform === 'win32')('and is no file is a bad one, and nothing waits for it', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 2);
    const at = (name: string) => join(folder, 'in', name);
    execFileSync('mkfifo', [at('a.jpg')]);
    symlinkSync('nowhere', at('b.jpg'));
    symlinkSync('c.jpg', at('c.jpg'));
    symlinkSync('/dev/zero', at('d.jpg'));
    symlinkSync('.', at('e.jpg'));
    const server = createServer().listen(at('f.jpg'));
    onTestFinished(() => void server.close());
    expect(await convkit(folder, ...WORDS)).toMatchObject({
      code: 1,
      err: expect.stringContaining('6 files were no good'),
    });
    expect(readLines(join(folder, 'x.npy.errors.jsonl'))).toEqual([
      { file: 'in/a.jpg', reason: 'it is a named pipe, not a file' },
      { file: 'in/b.jpg', reason: "ENOENT: no such file or directory, stat 'in/b.jpg'" },
      { file: 'in/c.jpg', reason: expect.stringMatching(/^ELOOP: /) },
      { file: 'in/d.jpg', reason: 'it is a device, not a file' },
      { file: 'in/e.jpg', reason: 'it is a folder, not a file' },
      { file: 'in/f.jpg', reason: 'it is a socket, not a file' },
    ]);
    expect(await convkit(folder, 'filter', 'median', 'in', 'out')).toMatchObject({
      code: 1,
      out: '2 images → out\n',
      err: expect.stringContaining('in/a.jpg: it is a named pipe, not a file\n'),
    });
    expect(await convkit(folder, 'filter', 'median', 'in/a.jpg', 'a.png')).toMatchObject({
      code: 2,
      err: expect.stringContaining('in/a.jpg: it is a named pipe, not a file'),
    });
  });

  // Other systems have no such names.
  it.skipIf(process.platform !== 'linux')(
    'and has a name that is no UTF-8 is a bad one, whose bytes are shown',
    async () => {
      const folder = temporaryFolder();
      await writePictures(join(folder, 'in'), 1);
      const below = Buffer.concat([Buffer.from(join(folder, 'in/')), Buffer.from([0xfe])]);
      mkdirSync(below);
      for (const name of ['f\xff.jpg', 'f\xfe.jpg', '\xfe/g.jpg']) {
        writeFileSync(Buffer.concat([Buffer.from(join(folder, 'in/')), Buffer.from(name, 'latin1')]), 'x');
      }
      expect(await convkit(folder, ...WORDS)).toMatchObject({ code: 1 });
      const bad = readLines<{ file: string; reason: string }>(join(folder, 'x.npy.errors.jsonl'));
      expect(bad.map(({ file }) => file)).toEqual(['in/\\xfe/g.jpg', 'in/f\\xfe.jpg', 'in/f\\xff.jpg']);
      for (const { reason } of bad) expect(reason).toContain('the name is not UTF-8');
      expect(await convkit(folder, ...WORDS, '--strict', '--overwrite')).toMatchObject({
        code: 1,
        err: expect.stringContaining('the name is not UTF-8'),
      });
    },
  );

  it('and is of a format that sharp does not read is left out, which is said once', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    for (const name of ['a.bmp', 'b.ppm', 'c.HEIC']) write(join(folder, 'in', name), 'x');
    const { code, err } = await convkit(folder, ...WORDS);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/^3 files such as 'in\/a\.bmp' are left out: sharp does not read such formats .*\n$/),
    });
    write(join(folder, 'only/a.bmp'), 'x');
    expect((await convkit(folder, ...WORDS, 'only')).err).toContain("'only': there are no images; ");
  });
});

describe('names on standard input', () => {
  it('may be of any bytes', async () => {
    const bytes = Buffer.concat([Buffer.from('ä.jpg\n'), Buffer.from([0x66, 0xff, 0x0a]), Buffer.from('b.jpg')]);
    const input = Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]);
    const { files, unreadable } = await listInputs(['-'], { null: false }, input as unknown as NodeJS.ReadStream);
    expect(files).toEqual(['ä.jpg', 'f\\xff', 'b.jpg']);
    expect([...unreadable.keys()]).toEqual(['f\\xff']);
  });
});

describe('a folder', () => {
  it('may have more files below it than a call has arguments', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'in/below'), { recursive: true });
    // With a fifth of the usual stack, a call has some 25,000 of them.
    for (let i = 0; i < 40_000; i++) writeFileSync(join(folder, 'in/below', `${i}.jpg`), '');
    const words = ['--stack-size=200', main, ...WORDS, '--dry-run'];
    const { status, stdout } = spawnSync(process.execPath, words, {
      cwd: folder,
      env: commandEnvironment(),
      encoding: 'utf8',
    });
    expect({ status, lines: stdout.split('\n').length }).toEqual({ status: 0, lines: 40_002 });
  });
});
