/**
 * Convolutions with large kernels by each algorithm, turn by turn in one process, and what 'auto' takes of them.
 *
 *   npm run build && npm run bench -- large-kernels [part of a name]
 *
 * Milliseconds, median (minimum), of a prepared layer and of a single call that packs its weights. `gain` is the
 * best of the others over 'fft': where it is above 1, 'auto' had better take 'fft'.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conv2d, conv2d, Tensor } from '../dist/bundle/index.js';
import { median, uniform } from './samples.mjs';

const KERNELS = [5, 7, 9, 11, 13, 21, 31];
const LAYERS = [
  { c: 1, k: 1, sizes: [56, 112, 224, 512] },
  { c: 3, k: 16, sizes: [56, 112, 224] },
  { c: 16, k: 16, sizes: [28, 56, 112] },
  { c: 64, k: 64, sizes: [14, 28, 56, 112] },
  { c: 256, k: 256, sizes: [14, 28] },
  { c: 64, k: 64, groups: 64, sizes: [14, 28, 56, 112] },
  { c: 384, k: 384, groups: 384, sizes: [14, 28, 56] },
];
const ALGORITHMS = ['fft', 'direct', 'gemm', 'auto'];
/** Multiply-adds beyond which a shape would take minutes. */
const MOST_WORK = 20e9;
/** A way this much slower than the fastest so far is timed once. */
const HOPELESS = 5;
const ROUNDS = 5;
const BLOCK_MS = 15;

const cases = LAYERS.flatMap(({ c, k, groups = 1, sizes }) =>
  sizes.flatMap((size) =>
    KERNELS.map((kernel) => ({
      name: `${kernel}×${kernel}, ${c}→${k}${groups > 1 ? ` in ${groups} groups` : ''}, ${size}²`,
      c,
      k,
      groups,
      size,
      kernel,
      work: (size * size * c * k * kernel * kernel) / groups,
    })),
  ),
).filter(({ work }) => work < MOST_WORK);

function time(way) {
  const start = performance.now();
  way();
  return performance.now() - start;
}

/** Sorted samples of each way; the first run of a block does not count. */
async function interleave(ways) {
  const first = ways.map((way) => {
    way();
    return time(way);
  });
  const best = Math.min(...first);
  const samples = first.map((ms) => (ms > HOPELESS * best ? [ms] : []));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, way] of ways.entries()) {
      if (first[i] > HOPELESS * best) continue;
      await sleep(2);
      way();
      const runs = Math.max(1, Math.ceil(BLOCK_MS / first[i]));
      for (let run = 0; run < runs; run++) samples[i].push(time(way));
    }
  }
  return samples.map((times) => times.sort((a, b) => a - b));
}

const number = (ms) => ms.toPrecision(3);
const cell = (times) => `${number(median(times))} (${number(times[0])})`.padStart(18);

function row(name, way, auto, samples) {
  const [fft, direct, gemm] = samples.map(median);
  const gain = Math.min(direct, gemm) / fft;
  console.log(`${name.padEnd(32)}${way.padEnd(9)}${samples.map(cell).join('')}${gain.toFixed(2).padStart(8)}  ${auto}`);
}

async function measure({ name, c, k, groups, size, kernel }) {
  const options = { padding: (kernel - 1) / 2, groups };
  const x = new Tensor(uniform(c * size * size, 1), [1, c, size, size]);
  const layers = ALGORITHMS.map((algorithm) => new Conv2d(c, k, kernel, { ...options, algorithm, seed: 1 }));
  const summary = new Conv2d(c, k, kernel, { ...options, seed: 1 }).summary(x.shape).rows[0];
  const [weight, bias] = ['weight', 'bias'].map((parameter) => layers[0].parameters().get(parameter));
  row(name, 'prepared', summary.algorithm, await interleave(layers.map((layer) => () => layer.forward(x))));
  const calls = ALGORITHMS.map((algorithm) => () => conv2d(x, weight, { ...options, bias, algorithm }));
  row('', 'call', '', await interleave(calls));
  for (const layer of layers) layer.dispose();
}

export async function run(filter) {
  const titles = ALGORITHMS.map((algorithm) => algorithm.padStart(18)).join('');
  console.log(`${'layer'.padEnd(41)}${titles}${'gain'.padStart(8)}  auto`);
  for (const one of cases) if (one.name.includes(filter)) await measure(one);
}
