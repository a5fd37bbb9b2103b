import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModel } from 'convkit';
import { decodeImage, gaussianBlur, median, preprocess, saveImage } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { noise } from '../image/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';
import { commandEnvironment } from './environment.js';
import { picture, readLines, readNpy, temporaryFolder, write, writePictures } from './jobs/pictures.js';

const main = fileURLToPath(new URL('../../dist/bundle/cli.js', import.meta.url));

async function convkit(cwd: string, ...words: string[]) {
  const child = spawn(process.execPath, [main, ...words], { cwd, env: commandEnvironment() });
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => (await stream.toArray()).join(''));
  const [code] = await once(child, 'close');
  return { code, out: await out, err: await err };
}

describe('convkit filter', () => {
  it('filters a file, as the function does', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'in.png'), await picture(40, 30).png().toBuffer());
    expect(await convkit(folder, 'filter', 'gaussian-blur', 'in.png', 'out.png', '--sigma', '1.5')).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    const expected = gaussianBlur(await decodeImage(join(folder, 'in.png')), { sigma: 1.5 });
    expect(await decodeImage(join(folder, 'out.png'))).toEqual(expected);
  });

  it('keeps grey, depth and alpha, and says what the other format cannot hold', async () => {
    const folder = temporaryFolder();
    const images = (['uint8', 'uint16'] as const).flatMap((type) =>
      [1, 2, 3, 4].map((channels) => noise(24, 18, channels, type)),
    );
    mkdirSync(join(folder, 'in'));
    for (const [i, image] of images.entries()) await saveImage(join(folder, 'in', `${i}.png`), image);
    for (const kind of ['gaussian-blur', 'sobel', 'laplacian', 'median']) {
      expect((await convkit(folder, 'filter', kind, 'in', kind)).err).toBe('');
      for (const [i, image] of images.entries()) {
        const result = await decodeImage(join(folder, kind, `${i}.png.png`), { channels: 'file', dtype: 'file' });
        expect([result.channels, result.dtype]).toEqual([image.channels, image.dtype]);
        const isAlpha = (at: number) => image.channels % 2 === 0 && at % image.channels === image.channels - 1;
        const full = image.dtype === 'uint8' ? 255 : 65535;
        expect(Math.max(...result.data.filter((_, at) => !isAlpha(at)))).toBeGreaterThan(full / 2);
        expect(result.data.filter((_, at) => isAlpha(at))).toEqual(image.data.filter((_, at) => isAlpha(at)));
      }
    }
    await saveImage(join(folder, 'in.png'), noise(24, 18, 4, 'uint16'));
    const { code, err } = await convkit(folder, 'filter', 'median', 'in.png', 'out.jpg');
    expect(code).toBe(0);
    expect(err).toContain('out.jpg: JPEG holds 8 bits a channel; the other 8 of in.png are left out');
    expect(err).toContain('out.jpg: JPEG has no alpha; that of in.png is left out');
  });

  it('can ignore a profile', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'in.png'), await picture(20, 20).withIccProfile('p3').png().toBuffer());
    await convkit(folder, 'filter', 'median', 'in.png', 'out.png', '--ignore-icc');
    const expected = median(await decodeImage(join(folder, 'in.png'), { ignoreIcc: true }), { kernelSize: 3 });
    expect(await decodeImage(join(folder, 'out.png'))).toEqual(expected);
    await convkit(folder, 'preprocess', 'in.png', '-o', 'x.npy', '--resize', '8x8', '--ignore-icc');
    const stored = await decodeImage(join(folder, 'in.png'), { ignoreIcc: true });
    expect(readNpy(join(folder, 'x.npy')).data).toEqual(preprocess(stored, { resize: { width: 8, height: 8 } }).data);
  });

  it('filters a folder, and says what it could not', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 4, 3);
    for (const kind of ['sobel', 'laplacian', 'median', 'unsharp-mask', 'high-pass', 'open']) {
      const { code, out, err } = await convkit(folder, 'filter', kind, 'in', kind);
      expect({ code, out }).toEqual({ code: 1, out: `3 images → ${kind}\n` });
      expect(err).toContain('0003.jpg');
      expect(readdirSync(join(folder, kind)).sort()).toEqual(['0000.jpg.png', '0001.jpg.png', '0002.jpg.png']);
    }
  });

  it('keeps the folders below, and images of one name apart', async () => {
    const folder = temporaryFolder();
    for (const below of ['a', 'b']) await writePictures(join(folder, 'in', below), 1);
    const { code, out } = await convkit(folder, 'filter', 'median', 'in', 'out');
    expect({ code, out }).toEqual({ code: 0, out: '2 images → out\n' });
    expect(['a', 'b'].map((below) => readdirSync(join(folder, 'out', below)))).toEqual([
      ['0000.jpg.png'],
      ['0000.jpg.png'],
    ]);
  });

  it('replaces nothing unless it is told to, and never what it reads', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 2);
    const photo = readFileSync(join(folder, 'in/0000.jpg'));
    linkSync(join(folder, 'in/0000.jpg'), join(folder, 'hard.jpg'));
    symlinkSync('in/0000.jpg', join(folder, 'soft.jpg'));
    symlinkSync('in', join(folder, 'in-again'));
    write(join(folder, 'precious.png'), 'precious');
    symlinkSync('precious.png', join(folder, 'link.png'));
    const refused = async (words: string[], why: string) => {
      const { code, out, err } = await convkit(folder, 'filter', 'median', ...words);
      expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(why) });
    };
    await refused(['in/0000.jpg', 'precious.png'], "'precious.png' is there already: --overwrite replaces it");
    await refused(['in/0000.jpg', 'link.png', '--overwrite'], "'link.png' is a symbolic link, which no image replaces");
    for (const same of ['in/0000.jpg', './in/../in/0000.jpg', 'in-again/0000.jpg', 'hard.jpg', 'soft.jpg']) {
      await refused(['in/0000.jpg', same, '--overwrite'], `'${same}' is 'in/0000.jpg', which is to be read`);
    }
    for (const same of ['in', 'in/', 'in-again']) {
      await refused(['in', same, '--overwrite'], `'${same}' is the folder that is read`);
    }
    // The image whose place would be that of another one which is read.
    linkSync(join(folder, 'in/0000.jpg'), join(folder, 'in/0000.jpg.png'));
    mkdirSync(join(folder, 'out'));
    linkSync(join(folder, 'in/0001.jpg'), join(folder, 'out/0000.jpg.png'));
    await refused(['in', 'out', '--overwrite'], "'out/0000.jpg.png' is 'in/0001.jpg', which is to be read");
    expect(readFileSync(join(folder, 'in/0000.jpg')).equals(photo)).toBe(true);
    expect(readFileSync(join(folder, 'precious.png'), 'utf8')).toBe('precious');
    expect(readdirSync(join(folder, 'out'))).toEqual(['0000.jpg.png']);
    expect((await convkit(folder, 'filter', 'median', 'in/0000.jpg', 'precious.png', '--overwrite')).code).toBe(0);
    expect((await decodeImage(join(folder, 'precious.png'))).width).toBe(40);
  });

  it('leaves out what an earlier run has written below the folder that is read', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 2);
    for (const more of [[], ['--overwrite']]) {
      const { code, out } = await convkit(folder, 'filter', 'median', 'in', 'in/out', ...more);
      expect({ code, out }).toEqual({ code: 0, out: '2 images → in/out\n' });
    }
    expect((await convkit(folder, 'filter', 'median', 'in', 'in/out')).err).toContain('is there already: --overwrite');
    expect(readdirSync(join(folder, 'in/out'))).toEqual(['0000.jpg.png', '0001.jpg.png']);
  });

  it('takes names as long as there are, and says which are too long', async () => {
    const folder = temporaryFolder();
    const [fits, tooLong] = [`${'ö'.repeat(123)}.jpg`, `${'ö'.repeat(125)}.jpg`];
    for (const name of [fits, tooLong]) write(join(folder, 'in', name), await picture(9, 9).jpeg().toBuffer());
    const { code, out, err } = await convkit(folder, 'filter', 'median', 'in', 'out');
    expect({ code, out }).toEqual({ code: 1, out: '1 images → out\n' });
    expect(err).toContain(tooLong);
    expect(readdirSync(join(folder, 'out'))).toEqual([`${fits}.png`]);
    const whole = `${'ö'.repeat(125)}.png`;
    expect(await convkit(folder, 'filter', 'median', `in/${fits}`, whole)).toMatchObject({ code: 0 });
    expect(readdirSync(folder).sort()).toEqual(['in', 'out', whole].sort());
  });

  it('finds out before any work where nothing can be written', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    for (const words of [
      ['in/0000.jpg', 'nowhere/x.png'],
      ['in', 'nowhere/out'],
    ]) {
      expect(await convkit(folder, 'filter', 'median', ...words)).toMatchObject({
        code: 2,
        err: expect.stringContaining("there is no folder 'nowhere'"),
      });
    }
  });

  it('says what it could not write', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    write(join(folder, 'out'), 'a file, not a folder');
    const { code, err } = await convkit(folder, 'filter', 'median', 'in', 'out');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("'out' is a file, not a folder") });
  });

  it('says that a result could not be written, and ends with 1', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    const long = `${'x'.repeat(252)}.png`;
    const one = await convkit(folder, 'filter', 'median', 'in/0000.jpg', long);
    expect(one).toEqual({
      code: 1,
      out: '',
      err: `convkit filter: ${long}: cannot be written: ENAMETOOLONG: name too long, rename '${long}' -> '${long}'\n`,
    });
    expect(await convkit(folder, 'filter', 'median', 'in/0000.jpg', long)).toEqual(one);
  });

  it('says what is wrong with its words', async () => {
    const folder = temporaryFolder();
    const wrong = async (...words: string[]) => (await convkit(folder, 'filter', ...words)).err;
    expect(await wrong('blurr', 'a', 'b')).toContain("there is no filter 'blurr': there are gaussian-blur");
    for (const kind of ['constructor', 'toString', '__proto__']) {
      expect(await wrong(kind, 'a', 'b')).toContain(`there is no filter '${kind}': there are gaussian-blur`);
    }
    expect(await wrong('sobel', 'a', 'b', '--size', '5')).toContain('sobel has no --size');
    expect(await wrong('sobel', 'nowhere.png', 'b.png')).toContain('nowhere.png: ');
  });
});

/** Means of the planes of an image. */
const MEANS: ModelSpec = {
  nodes: [
    { operator: 'GlobalAveragePool', inputs: ['x'], outputs: ['p'] },
    { operator: 'Flatten', inputs: ['p'], outputs: ['y'] },
  ],
  inputs: [{ name: 'x', shape: ['n', 3, 8, 8] }],
  outputs: [{ name: 'y', shape: ['n', 3] }],
};

describe('convkit run', () => {
  const recipe = ['--resize', '8x8'];

  it('takes the first output by the file, whatever numbers are the names', async () => {
    const folder = temporaryFolder();
    const nodes = [
      { operator: 'GlobalAveragePool', inputs: ['x'], outputs: ['p'] },
      { operator: 'Flatten', inputs: ['p'], outputs: ['10'] },
      { operator: 'Relu', inputs: ['x'], outputs: ['2'] },
    ];
    const outputs = [
      { name: '10', shape: ['n', 3] },
      { name: '2', shape: ['n', 3, 8, 8] },
    ];
    write(join(folder, 'net.onnx'), writeOnnx({ ...MEANS, nodes, outputs }));
    await writePictures(join(folder, 'in'), 2);
    for (const batch of ['1', '2']) {
      const words = ['run', 'net.onnx', 'in', ...recipe, '--batch', batch];
      const all = (await convkit(folder, ...words)).out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const top = (await convkit(folder, ...words, '--top', '9')).out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      for (const [
        i,
        {
          outputs: { 10: means },
        },
      ] of all.entries()) {
        expect(top[i].top.map(({ value }: { value: number }) => value)).toEqual(
          means.toSorted((a: number, b: number) => b - a),
        );
      }
      expect(await convkit(folder, ...words, '-o', 'y.npy', '--overwrite')).toMatchObject({ code: 0 });
      expect(readNpy(join(folder, 'y.npy'))).toEqual({
        shape: [2, 3],
        data: Float32Array.from(all.flatMap(({ outputs: { 10: means } }) => means)),
      });
    }
  });

  it('prints a line for each image, in their order, or the largest values with their names', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'means.onnx'), writeOnnx(MEANS));
    await writePictures(join(folder, 'in'), 5, 2);
    const { code, out } = await convkit(folder, 'run', 'means.onnx', 'in', ...recipe, '--batch', '2');
    expect(code).toBe(1);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ file }) => file)).toEqual([0, 1, 2, 3, 4].map((i) => `in/000${i}.jpg`));
    const model = await loadModel(join(folder, 'means.onnx'));
    for (const { file, outputs, error } of lines) {
      if (file === 'in/0002.jpg') {
        expect(error).toContain('unsupported image format');
        continue;
      }
      const x = preprocess([await decodeImage(join(folder, file))], { resize: { width: 8, height: 8 } });
      expect(outputs).toEqual({ y: Array.from(model.runSync(x).y.data) });
    }
    write(join(folder, 'labels.txt'), 'red\ngreen\nblue\n');
    const top = await convkit(
      folder,
      'run',
      'means.onnx',
      'in/0000.jpg',
      ...recipe,
      '--top',
      '2',
      '--labels',
      'labels.txt',
    );
    const means: number[] = lines[0].outputs.y;
    const best = [0, 1, 2].sort((a, b) => means[b] - means[a]);
    expect(JSON.parse(top.out).top).toEqual(
      best.slice(0, 2).map((place) => ({ place, label: ['red', 'green', 'blue'][place], value: means[place] })),
    );
  });

  it('writes rows for NumPy, which image each is of, and what was no good', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'means.onnx'), writeOnnx(MEANS));
    await writePictures(join(folder, 'in'), 4, 1);
    const words = ['run', 'means.onnx', 'in', ...recipe, '-o', 'y.npy'];
    expect(await convkit(folder, ...words)).toEqual({
      code: 1,
      out: expect.stringMatching(/^y\.npy: \[2, 3\] in /),
      err: '2 files were no good: see y.npy.errors.jsonl\n',
    });
    const { shape, data } = readNpy(join(folder, 'y.npy'));
    expect(shape).toEqual([2, 3]);
    const { out } = await convkit(folder, 'run', 'means.onnx', 'in', ...recipe);
    const printed = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Array.from(data)).toEqual([0, 2].flatMap((i) => printed[i].outputs.y));
    expect(readLines<object>(join(folder, 'y.npy.index.jsonl'))).toMatchObject([
      { row: 0, file: 'in/0000.jpg', width: 40, height: 36 },
      { row: 1, file: 'in/0002.jpg' },
    ]);
    expect(readLines<{ file: string }>(join(folder, 'y.npy.errors.jsonl')).map(({ file }) => file)).toEqual([
      'in/0001.jpg',
      'in/0003.jpg',
    ]);
    expect(await convkit(folder, ...words)).toMatchObject({
      code: 2,
      err: expect.stringContaining("'y.npy' is there already: --overwrite replaces it"),
    });
    expect((await convkit(folder, ...words, '--overwrite')).code).toBe(1);
    const results = ['y.npy', 'y.npy.errors.jsonl', 'y.npy.index.jsonl'];
    expect(readdirSync(folder).sort()).toEqual(['in', 'means.onnx', ...results]);
  });

  it('writes the lines that it would print', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'means.onnx'), writeOnnx(MEANS));
    await writePictures(join(folder, 'in'), 5, 2);
    const words = ['run', 'means.onnx', 'in', ...recipe, '--top', '2', '--softmax'];
    const printed = await convkit(folder, ...words);
    expect(await convkit(folder, ...words, '-o', 'y.jsonl')).toEqual({
      code: 1,
      out: 'y.jsonl: 5 lines\n',
      err: '1 file was no good\n',
    });
    expect(readFileSync(join(folder, 'y.jsonl'), 'utf8')).toBe(printed.out);
    expect(readdirSync(folder).sort()).toEqual(['in', 'means.onnx', 'y.jsonl']);
  });

  it('goes on after it was killed, to the same bytes', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'means.onnx'), writeOnnx(MEANS));
    await writePictures(join(folder, 'in'), 60, 6);
    for (const out of ['y.npy', 'y.jsonl']) {
      const words = ['run', 'means.onnx', 'in', ...recipe, '--batch', '3', '--workers', '2', '--sync-seconds', '0'];
      await convkit(folder, ...words, '-o', `whole-${out}`);
      const journal = join(folder, `${out}.journal`);
      const lines = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length : 0);
      for (let kills = 0; kills < 3; kills++) {
        const before = lines();
        const child = spawn(process.execPath, [main, ...words, '-o', out], { cwd: folder, env: commandEnvironment() });
        const closed = once(child, 'close');
        while (child.exitCode === null && lines() < before + 2) await new Promise((resolve) => setTimeout(resolve, 1));
        child.kill('SIGKILL');
        await closed;
      }
      // Unless the last one had come to its end.
      if (existsSync(journal) || !existsSync(join(folder, out))) await convkit(folder, ...words, '-o', out);
      const parts = out === 'y.npy' ? ['', '.index.jsonl', '.errors.jsonl'] : [''];
      for (const part of parts) {
        const [whole, broken] = [`whole-${out}`, out].map((name) => readFileSync(join(folder, name + part)));
        expect(broken.equals(whole)).toBe(true);
      }
      expect(existsSync(journal)).toBe(false);
    }
  });

  it('does not go on with another network, and leaves nothing behind where it could not begin', async () => {
    const folder = temporaryFolder();
    const means = writeOnnx(MEANS);
    write(join(folder, 'means.onnx'), means);
    await writePictures(join(folder, 'in'), 4, 3);
    // Images of other shapes give rows of other shapes.
    const failed = await convkit(folder, 'run', 'means.onnx', 'in', '--resize', '8', '-o', 'y.npy');
    expect(failed).toMatchObject({ code: 2, out: '', err: expect.stringContaining('rows must be alike') });
    expect(await convkit(folder, 'run', 'means.onnx', 'in', ...recipe, '-o', 'y.txt')).toMatchObject({
      code: 2,
      err: expect.stringContaining("'y.txt' does not end with .npy or .jsonl"),
    });
    expect(await convkit(folder, 'run', 'means.onnx', 'in', ...recipe, '-o', 'y.npy', '--top', '3')).toMatchObject({
      code: 2,
      err: expect.stringContaining("--top is for lines, not for 'y.npy'"),
    });
    expect(readdirSync(folder).sort()).toEqual(['in', 'means.onnx']);
    const nowhere = await convkit(folder, 'run', 'means.onnx', 'in', ...recipe, '-o', 'no-such-folder/y.npy');
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining("there is no folder 'no-such-folder'") });
    const words = ['run', 'means.onnx', 'in', ...recipe, '-o', 'y.npy', '--strict'];
    expect(await convkit(folder, ...words)).toMatchObject({ code: 1, err: expect.stringContaining('in/0003.jpg') });
    write(join(folder, 'means.onnx'), Buffer.concat([means, Buffer.from([0x72, 0])]));
    expect(await convkit(folder, ...words)).toMatchObject({ code: 2, err: expect.stringContaining('--restart') });
  });

  it('gives rows to images only where the leading axis is that of the batch', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 7);
    // Channels come first: with three images at a time they look like the images.
    const turned: ModelSpec = {
      nodes: [
        { operator: 'Transpose', inputs: ['x'], outputs: ['t'], attributes: { perm: { ints: [1, 0, 2, 3] } } },
        { operator: 'GlobalAveragePool', inputs: ['t'], outputs: ['7'] },
      ],
      inputs: [{ name: 'x', shape: ['n', 3, 8, 8] }],
      outputs: [{ name: '7', shape: [3, 'n', 1, 1] }],
    };
    write(join(folder, 'turned.onnx'), writeOnnx(turned));
    write(join(folder, 'means.onnx'), writeOnnx(MEANS));
    const words = ['in', ...recipe, '--batch', '3'];
    const means = (await convkit(folder, 'run', 'means.onnx', ...words)).out.replaceAll('"y"', '"7"');
    const note =
      "the output '7' is [3, 3, 1, 1] of 3 images, so that it has no axis for them: they go through one by one";
    expect(await convkit(folder, 'run', 'turned.onnx', ...words)).toEqual({
      code: 0,
      out: means,
      err: `${note}, and all of it is written for each\n`,
    });
    expect((await convkit(folder, 'run', 'turned.onnx', ...words, '-o', 'y.npy')).code).toBe(0);
    expect((await convkit(folder, 'run', 'means.onnx', ...words, '-o', 'm.npy')).code).toBe(0);
    const [{ shape, data }, rows] = ['y.npy', 'm.npy'].map((name) => readNpy(join(folder, name)));
    expect(shape).toEqual([7, 3, 1, 1, 1]);
    expect(rows.shape).toEqual([7, 3]);
    expect(data).toEqual(rows.data);
  });

  it('writes one number for each image as NumPy does', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 5);
    const brightness: ModelSpec = {
      nodes: [
        {
          operator: 'ReduceMean',
          inputs: ['x'],
          outputs: ['y'],
          attributes: { axes: { ints: [1, 2, 3] }, keepdims: { int: 0 } },
        },
      ],
      inputs: [{ name: 'x', shape: ['n', 3, 8, 8] }],
      outputs: [{ name: 'y', shape: ['n'] }],
    };
    write(join(folder, 'brightness.onnx'), writeOnnx(brightness));
    expect(await convkit(folder, 'run', 'brightness.onnx', 'in', ...recipe, '-o', 'y.npy')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^y\.npy: \[5\] in /),
    });
    expect(readFileSync(join(folder, 'y.npy'), 'latin1')).toContain("'shape': (5,), }");
  });

  it('does not go on where the weights beside the network have changed', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 3, 2);
    const location = `${'weights-'.repeat(20)}.bin`;
    write(join(folder, location), new Uint8Array(Float32Array.of(1, 2, 3).buffer));
    const scaled: ModelSpec = {
      nodes: [
        { operator: 'GlobalAveragePool', inputs: ['x'], outputs: ['p'] },
        { operator: 'Mul', inputs: ['p', 'w'], outputs: ['y'] },
      ],
      inputs: [{ name: 'x', shape: ['n', 3, 8, 8] }],
      outputs: [{ name: 'y', shape: ['n', 3, 1, 1] }],
      initializers: { w: { shape: [1, 3, 1, 1], external: { location, offset: '0', length: '12' } } },
    };
    write(join(folder, 'scaled.onnx'), writeOnnx(scaled));
    const words = ['run', 'scaled.onnx', 'in', ...recipe, '-o', 'y.npy'];
    expect((await convkit(folder, ...words, '--strict')).code).toBe(1);
    write(join(folder, location), new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer));
    expect(await convkit(folder, ...words)).toMatchObject({
      code: 2,
      err: expect.stringContaining("'y.npy' was begun with another model: --restart begins anew"),
    });
    expect((await convkit(folder, ...words, '--restart')).code).toBe(1);
  });

  it('explains options that are for a result on the disk', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 1);
    for (const option of ['--restart', '--overwrite']) {
      expect(await convkit(folder, 'run', 'means.onnx', 'in', ...recipe, option)).toMatchObject({
        code: 2,
        err: expect.stringContaining(`${option} is for a result on the disk, and lines are printed: give -o OUT`),
      });
    }
  });

  it('says what it cannot run', async () => {
    const folder = temporaryFolder();
    await saveImage(join(folder, 'in.png'), await decodeImage(await picture(9, 9).png().toBuffer()));
    expect(await convkit(folder, 'run', 'nowhere.onnx', 'in.png', ...recipe)).toMatchObject({
      code: 2,
      err: expect.stringContaining('nowhere.onnx'),
    });
    expect((await convkit(folder, 'run', 'nowhere.onnx', 'in.png')).err).toContain('expected a recipe');
  });
});
