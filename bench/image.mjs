/**
 * Images against sharp, OpenCV, Pillow and plain JavaScript, on one thread, turn by turn in one run: 1920 × 1080 RGB. What is
 * not installed is left out (`npm ci`, `apt-get install python3-opencv python3-pil`). Then two threads against one.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  erode,
  filter2d,
  gaussianBlur,
  Image,
  median as medianFilter,
  preprocess,
  resize,
  sobel,
  toTensor,
} from '../dist/bundle/image.js';
import { setThreads, Tensor } from '../dist/bundle/index.js';
import { tightLoop, usualLoops } from './image-loops.mjs';
import { pythonPeers } from './image-peers.mjs';
import { median } from './samples.mjs';

const [WIDTH, HEIGHT] = [1920, 1080];
const ROUNDS = 15;
const REPEATS = 3;
const NORMAL = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const RECIPE = { resize: 256, crop: 224, ...NORMAL };
const KERNEL = Array.from({ length: 25 }, (_, i) => Math.sin(i + 1) / 5);

/** A smooth picture with some noise, so that no library's short cut for flat areas shows. */
function picture() {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    data[i] = 128 + 90 * Math.sin(x / 60 + (i % 3)) * Math.cos(y / 45) + ((i * 2654435761) >>> 27);
  }
  return data;
}

async function loadSharp() {
  try {
    const { default: sharp } = await import('sharp');
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  } catch {
    return undefined;
  }
}

/** What is measured: by the case's name the sides, ours first, each a function or the name of a case of the Python process. */
function casesFor(data, sharp) {
  const image = new Image(data, WIDTH, HEIGHT, 3);
  const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 } };
  const [out, small] = [Tensor.zeros([3, HEIGHT, WIDTH]), Tensor.zeros([3, 224, 224])];
  const [reused, reusedSmall] = [new Float32Array(data.length), new Float32Array(small.size)];
  const like = () => new Image(new Uint8Array(data.length), WIDTH, HEIGHT, 3);
  const [blurred, filtered, ranked, eroded] = [like(), like(), like(), like()];
  const edges = new Image(new Float32Array(data.length), WIDTH, HEIGHT, 3);
  const kernel = Tensor.from(KERNEL, [5, 5]);
  const pipeline = (change) => (sharp === undefined ? undefined : () => change(sharp(data, raw)).raw().toBuffer());
  return {
    toTensor: {
      convkit: () => toTensor(image, { ...NORMAL, out }),
      'tight loop, reused': () => tightLoop(data, NORMAL, reused),
      'tight loop, new': () => tightLoop(data, NORMAL, new Float32Array(data.length)),
      'usual loops': () => usualLoops(data, NORMAL),
      'copy of as many floats': () => reused.set(out.data),
    },
    preprocess: {
      convkit: () => preprocess(image, { ...RECIPE }, { out: small }),
      'sharp + tight loop':
        sharp &&
        (async () => {
          const resized = sharp(data, raw).resize({ height: 256, kernel: 'linear' });
          const cropped = resized.extract({ left: 115, top: 16, width: 224, height: 224 });
          tightLoop(await cropped.raw().toBuffer(), NORMAL, reusedSmall);
        }),
      'Pillow, resize alone': 'pil:preprocess',
    },
    'resize to 480 × 270, area': {
      convkit: () => resize(image, { width: 480, height: 270, interpolation: 'area', compat: 'opencv' }),
      OpenCV: 'cv:area',
    },
    'gaussianBlur σ 3': {
      convkit: () => gaussianBlur(image, { sigma: 3, out: blurred }),
      sharp: pipeline((input) => input.blur(3)),
      OpenCV: 'cv:gaussianBlur',
    },
    'filter2d 5 × 5': {
      convkit: () => filter2d(image, kernel, { out: filtered }),
      OpenCV: 'cv:filter2d',
      sharp: pipeline((input) => input.convolve({ width: 5, height: 5, kernel: KERNEL, scale: 1 })),
    },
    'sobel to float32': {
      convkit: () => sobel(image, { dx: 1, dy: 0, out: edges }),
      OpenCV: 'cv:sobel',
    },
    'median 3': { convkit: () => medianFilter(image, { kernelSize: 3, out: ranked }), OpenCV: 'cv:median' },
    'erode 3 × 3': { convkit: () => erode(image, { kernelSize: 3, out: eroded }), OpenCV: 'cv:erode' },
  };
}

export async function run(filter) {
  const data = picture();
  const folder = mkdtempSync(join(tmpdir(), 'convkit-bench-'));
  writeFileSync(join(folder, 'image.raw'), data);
  const sharp = await loadSharp();
  const python = await pythonPeers(join(folder, 'image.raw'), KERNEL);
  const versions = { ...(sharp && { sharp: sharp.versions.sharp }), ...python?.versions };
  console.log(
    `peers: ${
      Object.entries(versions)
        .map((pair) => pair.join(' '))
        .join(', ') || 'none'
    }; milliseconds\n`,
  );
  const cases = Object.entries(casesFor(data, sharp)).filter(([name]) => name.includes(filter));
  for (const [name, sides] of cases) {
    setThreads(1);
    const times = await inTurns(sides, python);
    report(name, times);
    await reportThreads(sides.convkit);
  }
  await python?.close();
  rmSync(folder, { recursive: true });
}

/** Milliseconds of each side; the order is turned around every other round. */
async function inTurns(sides, python) {
  const there = Object.entries(sides).filter(([, side]) => (typeof side === 'string' ? python?.has(side) : side));
  const times = Object.fromEntries(there.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, side] of round % 2 === 0 ? there : there.toReversed()) {
      times[name].push(...(typeof side === 'string' ? await python.time(side, REPEATS) : await timeHere(side)));
    }
  }
  return times;
}

async function timeHere(side) {
  const times = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await side();
    times.push(performance.now() - start);
  }
  return times;
}

function report(name, times) {
  const ours = median(times.convkit);
  for (const [side, all] of Object.entries(times)) {
    const middle = median(all);
    const ratio = side === 'convkit' ? '' : `${(middle / ours).toFixed(2)} ×`;
    const figures = [middle, Math.min(...all)].map((ms) => ms.toFixed(2).padStart(9)).join('');
    console.log(`${(side === 'convkit' ? name : '').padEnd(28)}${side.padEnd(24)}${figures}${ratio.padStart(11)}`);
  }
}

async function reportThreads(ours) {
  const times = { 1: [], 2: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const threads of round % 2 === 0 ? [1, 2] : [2, 1]) {
      setThreads(threads);
      times[threads].push(...(await timeHere(ours)));
    }
  }
  const [one, two] = [median(times[1]), median(times[2])];
  const minima = Math.min(...times[2])
    .toFixed(2)
    .padStart(9);
  console.log(
    `${''.padEnd(28)}${'convkit, 2 threads'.padEnd(24)}${two.toFixed(2).padStart(9)}${minima}${`${(one / two).toFixed(2)} over 1`.padStart(14)}\n`,
  );
}
