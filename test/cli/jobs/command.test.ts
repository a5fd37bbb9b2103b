import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadWeights } from 'convkit';
import { decodeImage, preprocess } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { commandEnvironment } from '../environment.js';
import { picture, readLines, readNpy, temporaryFolder, write, writePictures } from './pictures.js';

const main = fileURLToPath(new URL('../../../dist/bundle/cli.js', import.meta.url));
const RECIPE = { resize: 24, crop: 20, mean: 0.5, std: 0.25 };
const WORDS = ['--resize', '24', '--crop', '20', '--mean', '0.5', '--std', '0.25'];

interface Row {
  row: number;
  file: string;
  width: number;
  height: number;
}

function start(cwd: string, words: readonly string[]) {
  return spawn(process.execPath, [main, 'preprocess', ...words], { cwd, env: commandEnvironment() });
}

async function run(cwd: string, words: readonly string[], input = '') {
  const child = start(cwd, words);
  child.stdin.end(input);
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => (await stream.toArray()).join(''));
  const [code] = await once(child, 'close');
  return { code, out: await out, err: await err };
}

describe('convkit preprocess', () => {
  it('makes a row of each image of a folder, as preprocess does, and lists what is no good', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 12, 5);
    write(join(folder, 'in/notes.txt'), 'not an image, and not named like one');
    const { code, out, err } = await run(folder, ['in', '-o', 'out.npy', '--batch', '4', ...WORDS]);
    expect({ code, out: out.replace(/in .*\n/, ''), err }).toEqual({
      code: 1,
      out: 'out.npy: [10, 3, 20, 20] ',
      err: '2 files were no good: see out.npy.errors.jsonl\n',
    });
    const { shape, data } = readNpy(join(folder, 'out.npy'));
    expect(shape).toEqual([10, 3, 20, 20]);
    const rows = readLines<Row>(join(folder, 'out.npy.index.jsonl'));
    expect(rows.map(({ row }) => row)).toEqual([...shape.keys(), 4, 5, 6, 7, 8, 9]);
    for (const { row, file, width, height } of rows) {
      const image = await decodeImage(join(folder, file));
      expect([image.width, image.height]).toEqual([width, height]);
      expect(data.subarray(row * 1200, (row + 1) * 1200)).toEqual(preprocess(image, RECIPE).data);
    }
    expect(readLines(join(folder, 'out.npy.errors.jsonl'))).toEqual(
      ['in/0005.jpg', 'in/0011.jpg'].map((file) => ({
        file,
        reason: expect.stringContaining('unsupported image format'),
      })),
    );
    expect(readdirSync(folder).sort()).toEqual(['in', 'out.npy', 'out.npy.errors.jsonl', 'out.npy.index.jsonl']);
  });

  it('writes shards, and raw values, of the same rows', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 11, 4);
    await run(folder, ['in', '-o', 'out.npy', ...WORDS]);
    const { data } = readNpy(join(folder, 'out.npy'));
    expect((await run(folder, ['in', '-o', 'out.bin', ...WORDS])).code).toBe(1);
    expect(new Float32Array(Uint8Array.from(readFileSync(join(folder, 'out.bin'))).buffer)).toEqual(data);
    const words = ['in', '-o', 'shards', '--format', 'safetensors', '--shard-rows', '4', ...WORDS];
    expect((await run(folder, words)).code).toBe(1);
    const names = [0, 1, 2].map((i) => `images-00000${i}.safetensors`);
    expect(readdirSync(join(folder, 'shards')).sort()).toEqual(['convkit-manifest.json', ...names]);
    expect(JSON.parse(readFileSync(join(folder, 'shards/convkit-manifest.json'), 'utf8'))).toEqual({
      format: 'convkit-shards/1',
      shape: [9, 3, 20, 20],
      shards: names.map((file, i) => ({ file, rows: [4, 4, 1][i] })),
    });
    const values: number[] = [];
    for (const name of names) values.push(...(await loadWeights(join(folder, 'shards', name))).images.data);
    expect(Float32Array.from(values)).toEqual(data);
  });

  it('takes patterns, and names on standard input, each once and in their order', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in/b'), 3);
    await writePictures(join(folder, 'in/a'), 2);
    const listed = async (words: readonly string[], input?: string) => {
      const { out } = await run(folder, [...words, '--dry-run', '-o', 'x.npy', ...WORDS], input);
      return out.split('\n').slice(0, -2);
    };
    const inA = ['in/a/0000.jpg', 'in/a/0001.jpg'];
    expect(await listed(['in'])).toEqual([...inA, 'in/b/0000.jpg', 'in/b/0001.jpg', 'in/b/0002.jpg']);
    expect(await listed(['in/**/*1.jpg', 'in/a'])).toEqual(['in/a/0001.jpg', 'in/b/0001.jpg', 'in/a/0000.jpg']);
    expect(await listed(['-'], 'in/b/0002.jpg\r\nin/a/0000.jpg\n')).toEqual(['in/b/0002.jpg', 'in/a/0000.jpg']);
    expect(await listed(['-', '--null'], 'in/b/0002.jpg\0in/a/0000.jpg')).toEqual(['in/b/0002.jpg', 'in/a/0000.jpg']);
  });

  it.skipIf(process.platform === 'win32')('does not leave out a folder in silence that it cannot search', async () => {
    const folder = temporaryFolder();
    // In the place of a folder without permission, which the superuser has.
    symlinkSync('loop', join(folder, 'loop'));
    expect(await run(folder, ['loop/*.jpg', '-o', 'x.npy', ...WORDS])).toMatchObject({
      code: 2,
      err: expect.stringContaining("'loop': cannot be searched: ELOOP"),
    });
  });

  it('survives whatever is among the images', async () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, 'in', name);
    const jpeg = await picture(64, 48).jpeg().toBuffer();
    write(at('a-truncated.jpg'), jpeg.subarray(0, jpeg.length / 2));
    write(at('b-empty.png'), '');
    write(at('c-text.jpg'), 'these are words');
    write(at('d-one-pixel.png'), await picture(1, 1).png().toBuffer());
    write(at('e-wide.png'), await picture(65_500, 1).png().toBuffer());
    write(at('f-cmyk.jpg'), await picture(30, 30).toColourspace('cmyk').jpeg().toBuffer());
    write(at('g-wide-numbers.png'), await picture(30, 30).toColourspace('rgb16').png().toBuffer());
    write(at('h-animated.gif'), await picture(30, 60).gif().toBuffer());
    write(at('i-turned.jpg'), await picture(30, 60).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    write(at('j-alpha.png'), await picture(30, 30, 4).png().toBuffer());
    write(at('k-grey.png'), await picture(30, 30, 1).png().toBuffer());
    write(at('l-bomb.png'), await picture(3000, 3000).png().toBuffer());
    const { code } = await run(folder, ['in', '-o', 'out.npy', '--limit-input-pixels', '1000000', ...WORDS]);
    expect(code).toBe(1);
    const bad = readLines<{ file: string; reason: string }>(join(folder, 'out.npy.errors.jsonl'));
    expect(bad.map(({ file }) => file[3])).toEqual([...'abcl']);
    expect(bad[3].reason).toBe('3000 × 3000 pixels are more than the limit of 1000000');
    const rows = readLines<Row>(join(folder, 'out.npy.index.jsonl'));
    expect(rows.map(({ file }) => file[3])).toEqual([...'defghijk']);
    expect(rows.find(({ file }) => file.includes('turned'))).toMatchObject({ width: 60, height: 30 });
    expect(readNpy(join(folder, 'out.npy')).shape).toEqual([8, 3, 20, 20]);
    await run(folder, ['in', '-o', 'lenient.npy', '--fail-on', 'none', ...WORDS]);
    const worse = readLines<{ file: string }>(join(folder, 'lenient.npy.errors.jsonl'));
    expect(worse.map(({ file }) => file[3])).toEqual([...'bc']);
  });

  it('goes on after it was killed, wherever that was, to the same bytes', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 60, 6);
    for (const [out, more] of [
      ['out.npy', []],
      ['shards', ['--format', 'safetensors', '--shard-rows', '5']],
    ] as const) {
      const words = ['in', '--batch', '3', '--workers', '2', '--sync-seconds', '0', ...more, ...WORDS];
      await run(folder, [...words, '-o', `whole-${out}`]);
      const journal = join(folder, `${out}.journal`);
      const lines = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length : 0);
      let code: number | null = null;
      for (let kills = 0; code === null; kills++) {
        const before = lines();
        const child = start(folder, [...words, '-o', out]);
        const closed = once(child, 'close');
        // Killed when it has come a little further, at no particular point; the last time it may run to its end.
        while (kills < 4 && child.exitCode === null && lines() < before + 2) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        if (kills < 4) child.kill('SIGKILL');
        [code] = await closed;
      }
      // As a run in one go would: some files were no good.
      expect(code).toBe(1);
      const files = out === 'shards' ? readdirSync(join(folder, out)).map((name) => `/${name}`) : [''];
      for (const name of [...files, '.index.jsonl', '.errors.jsonl']) {
        expect(
          readFileSync(join(folder, `${out}${name}`)).equals(readFileSync(join(folder, `whole-${out}${name}`))),
        ).toBe(true);
      }
      expect(existsSync(journal)).toBe(false);
    }
  });

  it('stops at a bad file where it is told to, and goes on when that is mended', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 7, 3);
    const words = ['in', '-o', 'out.npy', '--strict', ...WORDS];
    const stopped = await run(folder, words);
    expect(stopped).toMatchObject({ code: 1, out: '' });
    expect(stopped.err).toMatch(/^convkit preprocess: in\/0003\.jpg: .*unsupported image format\n$/);
    expect(existsSync(join(folder, 'out.npy'))).toBe(false);
    write(join(folder, 'in/0003.jpg'), await picture(50, 50).jpeg().toBuffer());
    const { code, err } = await run(folder, words);
    expect({ code, err }).toEqual({ code: 0, err: 'going on after 3 of 7 images\n' });
    expect(readNpy(join(folder, 'out.npy')).shape).toEqual([7, 3, 20, 20]);
  });

  it('does not go on with other words, nor replace a result, unless it is told to', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 4, 3);
    await run(folder, ['in', '-o', 'out.npy', '--strict', ...WORDS]);
    const other = ['in', '-o', 'out.npy', '--resize', '30', '--crop', '20'];
    expect(await run(folder, other)).toMatchObject({ code: 2, err: expect.stringContaining('--restart begins anew') });
    expect((await run(folder, [...other, '--restart'])).code).toBe(1);
    expect(await run(folder, other)).toMatchObject({
      code: 2,
      err: expect.stringContaining("'out.npy' is there already: --overwrite replaces it"),
    });
    expect((await run(folder, [...other, '--overwrite', '--json'])).code).toBe(1);
  });

  it('does not go on where what it had written is gone', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 4, 3);
    for (const [out, part, ...more] of [
      ['rows.npy', 'rows.npy.partial'],
      ['cut.npy', 'cut.npy.index.jsonl.partial'],
      ['shards', 'shards.partial/images-000001.safetensors', '--format', 'safetensors', '--shard-rows', '1'],
    ]) {
      const words = ['in', '-o', out, '--strict', ...more, ...WORDS];
      await run(folder, words);
      if (out === 'cut.npy') truncateSync(join(folder, part), 10);
      else rmSync(join(folder, part));
      expect(await run(folder, words)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/has lost what an earlier run wrote: --restart begins anew/),
      });
      const whole = words.filter((word) => word !== '--strict');
      expect((await run(folder, [...whole, '--restart'])).code).toBe(1);
    }
  });

  it('says what is wrong with its words', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    const wrong = async (...words: string[]) => (await run(folder, words)).err;
    expect(await wrong('in', ...WORDS)).toContain('expected -o OUT');
    expect(await wrong('in', '-o', 'x.npy')).toContain('expected a recipe: --preset, --recipe, --hf');
    expect(await wrong('in', '-o', 'x.npy', '--resize', '24')).toContain('rows must be alike: add --crop');
    expect(await wrong('in', '-o', 'x.png', ...WORDS)).toContain("'x.png' does not end with .npy");
    expect(await wrong('nowhere', '-o', 'x.npy', ...WORDS)).toContain("'nowhere': there is no such file or folder");
    expect(await wrong('no*.jpg', '-o', 'x.npy', ...WORDS)).toContain("'no*.jpg': there are no images");
    expect(await wrong('in', '-o', 'x.npy', '--preset', 'imagenet', '--hf', 'a.json')).toContain('give one of them');
    write(join(folder, 'broken.json'), '{');
    expect(await wrong('in', '-o', 'x.npy', '--recipe', 'broken.json')).toContain('broken.json: ');
  });

  it('finds out before any work where nothing can be written', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    write(join(folder, 'file'), '');
    for (const [out, why] of [
      ['no-such-folder/x.npy', "there is no folder 'no-such-folder'"],
      ['file/x.npy', "'file' is no folder"],
      [`${'ö'.repeat(118)}.npy`, 'the name has 240 bytes'],
      ['in', "'in' is a folder"],
    ]) {
      const { code, err } = await run(folder, ['in', '-o', out, '--format', 'npy', ...WORDS]);
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(why) });
    }
    expect(readdirSync(folder).sort()).toEqual(['file', 'in']);
  });

  it.skipIf(process.platform === 'win32')('goes on after a disk was full', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 40);
    const words = ['in', '--batch', '4', '--sync-seconds', '0', ...WORDS];
    await run(folder, [...words, '-o', 'whole.npy']);
    // A limit on the size of files fails in the same place: 100 blocks of 512 or 1024 bytes, a half of the result at most.
    const limited = [
      '-c',
      'ulimit -f 100; exec "$@"',
      'sh',
      process.execPath,
      main,
      'preprocess',
      ...words,
      '-o',
      'out.npy',
    ];
    const child = spawn('sh', limited, { cwd: folder, env: commandEnvironment() });
    const err = (await child.stderr.toArray()).join('');
    const [code] = child.exitCode === null ? await once(child, 'close') : [child.exitCode];
    expect(code).toBe(1);
    expect(err).toMatch(/EFBIG.*; the same words go on after [1-9]\d*\n$/);
    expect(existsSync(join(folder, 'out.npy'))).toBe(false);
    const again = await run(folder, [...words, '-o', 'out.npy']);
    expect(again.err).toMatch(/^going on after [1-9]\d* of 40 images\n$/);
    expect(readFileSync(join(folder, 'out.npy')).equals(readFileSync(join(folder, 'whole.npy')))).toBe(true);
  });
});
