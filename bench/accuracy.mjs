/**
 * The error of each convolution algorithm against float64, on every instruction set that this machine has.
 *
 *   npm run build && npm run bench -- accuracy
 *
 * Input uniform in [−1, 1), weights as the layers draw them. Compared at 4,000 outputs drawn at random.
 *   of Σ|x·w|   the largest error over the largest sum of absolute products: the promise is 1e-5
 *   of RMS      the largest error over the root mean square of the output
 *   rms         the root mean square of the error over that of the output
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Conv2d, runtime, Tensor } from '../dist/bundle/index.js';
import { uniform } from './samples.mjs';

const SAMPLES = 4000;
const CASES = [
  { name: '3×3, 64 channels, 56²', channels: 64, size: 56, kernel: 3, algorithms: ['direct', 'gemm', 'winograd'] },
  { name: '3×3, 512 channels, 14²', channels: 512, size: 14, kernel: 3, algorithms: ['direct', 'gemm', 'winograd'] },
  { name: '3×3, 512 channels, 7²', channels: 512, size: 7, kernel: 3, algorithms: ['direct', 'gemm', 'winograd'] },
  { name: '1×1, 2048 channels, 7²', channels: 2048, size: 7, kernel: 1, algorithms: ['direct', 'gemm'] },
  { name: '11×11, 32 channels, 56²', channels: 32, size: 56, kernel: 11, algorithms: ['direct', 'gemm', 'fft'] },
];
const ISAS = {
  amx: ['amx', 'avx512', 'avx2', 'baseline'],
  avx512: ['avx512', 'avx2', 'baseline'],
  avx2: ['avx2', 'baseline'],
  neon: ['neon', 'baseline'],
};

/** The output at one place and the sum of absolute products there, in float64. */
function exact({ channels, size, kernel }, x, weight, [oc, h, w]) {
  const pad = (kernel - 1) / 2;
  let sum = 0;
  let absolute = 0;
  for (let ic = 0; ic < channels; ic++) {
    for (let kh = Math.max(0, pad - h); kh < Math.min(kernel, size + pad - h); kh++) {
      for (let kw = Math.max(0, pad - w); kw < Math.min(kernel, size + pad - w); kw++) {
        const product =
          x[(ic * size + h + kh - pad) * size + w + kw - pad] *
          weight[((oc * channels + ic) * kernel + kh) * kernel + kw];
        sum += product;
        absolute += Math.abs(product);
      }
    }
  }
  return { sum, absolute };
}

function references(one, x, weight) {
  const random = uniform(3 * SAMPLES, 5);
  const below = (i, limit) => Math.min(limit - 1, Math.floor(((random[i] + 1) / 2) * limit));
  return Array.from({ length: SAMPLES }, (_, i) => {
    const place = [below(3 * i, one.channels), below(3 * i + 1, one.size), below(3 * i + 2, one.size)];
    const index = (place[0] * one.size + place[1]) * one.size + place[2];
    return { index, ...exact(one, x, weight, place) };
  });
}

function errorsOf(values, expected) {
  let largest = 0;
  let largestSum = 0;
  let squares = 0;
  let outputs = 0;
  for (const { index, sum, absolute } of expected) {
    const error = Math.abs(values[index] - sum);
    largest = Math.max(largest, error);
    largestSum = Math.max(largestSum, absolute);
    squares += error ** 2;
    outputs += sum ** 2;
  }
  const rms = Math.sqrt(outputs / expected.length);
  return [largest / largestSum, largest / rms, Math.sqrt(squares / outputs)];
}

function printCase(one, isa) {
  const { channels, size, kernel, algorithms } = one;
  const x = new Tensor(uniform(channels * size * size, 1), [1, channels, size, size]);
  const layer = new Conv2d(channels, channels, kernel, { padding: (kernel - 1) / 2, seed: 1, bias: false });
  const weight = layer.parameters().get('weight');
  const expected = references(one, x.data, weight.data);
  const options = { padding: (kernel - 1) / 2 };
  for (const algorithm of algorithms) {
    const forced = new Conv2d(channels, channels, kernel, { ...options, bias: false, algorithm });
    forced.load(new Map([['weight', weight]]));
    const cells = errorsOf(forced.forward(x).data, expected).map((error) => error.toExponential(1).padStart(12));
    console.log(`${one.name.padEnd(26)}${isa.padEnd(10)}${algorithm.padEnd(10)}${cells.join('')}`);
  }
}

export async function run() {
  console.log(`${'layer'.padEnd(46)}${['of Σ|x·w|', 'of RMS', 'rms'].map((title) => title.padStart(12)).join('')}`);
  for (const isa of ISAS[runtime().isa] ?? [runtime().isa]) {
    const child = fork(fileURLToPath(import.meta.url), ['--child'], { env: { ...process.env, CONVKIT_ISA: isa } });
    await once(child, 'close');
  }
}

if (process.argv.includes('--child')) {
  for (const one of CASES) printCase(one, runtime().isa);
  process.disconnect();
}
