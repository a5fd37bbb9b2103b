/**
 * A folder of JPEGs of mixed sizes to one .npy file: `convkit preprocess` against the pipeline that is usually written with
 * sharp and JavaScript loops, with as many files in flight. Each in processes of its own, in turns; images/s, the longest that
 * the event loop waited in 99 of 100 cases, and the most memory.
 *
 *   npm run bench -- image-folder [COUNT]     5,000 by default
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './samples.mjs';

const ROUNDS = 3;
const GRAIN = { width: 2400, height: 1800, channels: 3 };
const OUTPUT = fileURLToPath(new URL('../bench-output', import.meta.url));
const COMMAND = fileURLToPath(new URL('../dist/bundle/cli.js', import.meta.url));
const PIPELINE = fileURLToPath(new URL('./image-folder-pipeline.mjs', import.meta.url));
const WATCH = new URL('./image-folder-watch.mjs', import.meta.url).href;

export async function run(count) {
  const pictures = await draw(Number(count || 5000));
  const workers = availableParallelism();
  const sides = {
    'convkit preprocess': [
      COMMAND,
      'preprocess',
      pictures,
      '--preset',
      'imagenet',
      '--overwrite',
      '--restart',
      '--workers',
      workers,
    ],
    'sharp + loops': [PIPELINE, pictures, workers],
  };
  const figures = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    const order = Object.keys(sides);
    for (const name of round % 2 === 0 ? order : order.toReversed()) figures[name].push(measure(sides[name]));
  }
  const files = readdirSync(pictures).length;
  console.log(`${files} files, ${workers} in flight\n${''.padEnd(22)}images/s  loop p99 ms  memory MiB`);
  for (const [name, all] of Object.entries(figures)) {
    const rate = files / median(all.map(({ seconds }) => seconds));
    const delay = median(all.map(({ p99 }) => p99));
    const memory = Math.max(...all.map(({ rss }) => rss));
    console.log(
      `${name.padEnd(22)}${rate.toFixed(0).padStart(8)}${delay.toFixed(1).padStart(13)}${memory.toFixed(0).padStart(12)}`,
    );
  }
}

function measure([script, ...words]) {
  const out = join(OUTPUT, 'folder.npy');
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', WATCH, script, ...words.map(String), '-o', out], {
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1e3;
  rmSync(out, { force: true });
  if (status !== 0) throw new Error(stderr);
  return { seconds, ...JSON.parse(stderr.trim().split('\n').at(-1)) };
}

/** Photographs' sizes and photographs' detail, as far as circles and noise go. */
async function draw(count) {
  const folder = join(OUTPUT, `pictures-${count}`);
  if (existsSync(join(folder, 'complete'))) return join(folder, 'jpeg');
  const { default: sharp } = await import('sharp');
  mkdirSync(join(folder, 'jpeg'), { recursive: true });
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const grain = await sharp({
    create: { ...GRAIN, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 12 } },
  })
    .raw()
    .toBuffer();
  for (let i = 0; i < count; i++) {
    const [width, height] = [320 + Math.floor(next() ** 2 * 1600), 240 + Math.floor(next() ** 2 * 1200)];
    const circles = Array.from(
      { length: 25 },
      () =>
        `<circle cx="${next() * 100}%" cy="${next() * 100}%" r="${next() * 33}%" fill="hsl(${next() * 360},60%,55%)" fill-opacity=".6"/>`,
    );
    // Shapes at a quarter of the size, and a piece of the grain over them: drawing is what takes longest.
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width >> 2}" height="${height >> 2}"><rect width="100%" height="100%" fill="#789"/>${circles.join('')}</svg>`;
    const shapes = await sharp(Buffer.from(svg)).removeAlpha().resize(width, height, { fit: 'fill' }).raw().toBuffer();
    const [left, top] = [Math.floor(next() * (GRAIN.width - width)), Math.floor(next() * (GRAIN.height - height))];
    const noise = await sharp(grain, { raw: GRAIN })
      .extract({ left, top, width, height })
      .png({ compressionLevel: 0 })
      .toBuffer();
    await sharp(shapes, { raw: { width, height, channels: 3 } })
      .composite([{ input: noise, blend: 'soft-light' }])
      .jpeg({ quality: 85 })
      .toFile(join(folder, 'jpeg', `${String(i).padStart(6, '0')}.jpg`));
    if (i % 500 === 499) console.error(`${i + 1} of ${count} pictures drawn`);
  }
  writeFileSync(join(folder, 'complete'), '');
  return join(folder, 'jpeg');
}
