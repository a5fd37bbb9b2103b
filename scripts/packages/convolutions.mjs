/**
 * Convolutions against their definition, and errors, on one instruction set and several numbers of threads, and in a worker
 * that shares the addon. test-platform.mjs runs it once for each instruction set of CONVKIT_ISA, where smoke.mjs has run.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { conv2d, conv2dAsync, maxUnpool2d, maxUnpool2dAsync, runtime, setThreads, Tensor } from 'convkit';

const [platformPackage, isWorker] = process.argv.slice(2);
const addon = createRequire(import.meta.url)(platformPackage);

/** Numbers that are the same everywhere. */
function noise(length, seed) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The definition: NCHW, stride 1. */
function plainConvolution(x, w, bias, padding) {
  const [, channels, height, width] = x.shape;
  const [outChannels, , kernelHeight, kernelWidth] = w.shape;
  const [outHeight, outWidth] = [height + 2 * padding - kernelHeight + 1, width + 2 * padding - kernelWidth + 1];
  const y = new Float64Array(outChannels * outHeight * outWidth);
  const at = (c, h, k) => (h < 0 || h >= height || k < 0 || k >= width ? 0 : x.data[(c * height + h) * width + k]);
  for (let o = 0, i = 0; o < outChannels; ++o) {
    for (let h = 0; h < outHeight; ++h) {
      for (let k = 0; k < outWidth; ++k, ++i) {
        y[i] = bias.data[o];
        for (let c = 0, t = o * channels * kernelHeight * kernelWidth; c < channels; ++c) {
          for (let p = 0; p < kernelHeight; ++p) {
            for (let q = 0; q < kernelWidth; ++q, ++t) y[i] += w.data[t] * at(c, h + p - padding, k + q - padding);
          }
        }
      }
    }
  }
  return y;
}

function isClose(actual, expected, terms) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; ++i) {
    // |x| and |w| are at most 1.
    const error = Math.abs(actual[i] - expected[i]);
    assert.ok(error <= 1e-5 * terms, `value ${i} is ${actual[i]} instead of ${expected[i]}`);
  }
}

/** Each takes another way through the addon: direct in bands, 1×1, Winograd, FFT, many channels. */
const SHAPES = [
  { x: [1, 3, 31, 29], w: [8, 3, 3, 3], padding: 1 },
  { x: [1, 24, 14, 14], w: [40, 24, 1, 1], padding: 0 },
  { x: [1, 32, 20, 20], w: [32, 32, 3, 3], padding: 1 },
  { x: [1, 2, 40, 40], w: [2, 2, 11, 11], padding: 5 },
  { x: [1, 65, 9, 7], w: [33, 65, 3, 2], padding: 0 },
];

async function checkConvolutions() {
  for (const { x: xShape, w: wShape, padding } of SHAPES) {
    const size = (shape) => shape.reduce((product, one) => product * one, 1);
    const x = new Tensor(noise(size(xShape), 1), xShape);
    const w = new Tensor(noise(size(wShape), 2), wShape);
    const bias = new Tensor(noise(wShape[0], 3), [wShape[0]]);
    const expected = plainConvolution(x, w, bias, padding);
    const terms = size(wShape.slice(1)) + 1;
    isClose(conv2d(x, w, { bias, padding }).data, expected, terms);
    const runs = Array.from({ length: 8 }, () => conv2dAsync(x, w, { bias, padding }));
    for (const { data } of await Promise.all(runs)) isClose(data, expected, terms);
  }
}

/** Exceptions of C++ become errors of JavaScript: out of a run, sync and on the pool, and out of the addon's own checks. */
async function checkErrors() {
  const x = new Tensor(Float32Array.of(1), [1, 1, 1, 1]);
  const wrong = Int32Array.of(99);
  const says = (error) => error instanceof Error && /99/.test(error.message);
  for (let i = 0; i < 100; ++i) assert.throws(() => maxUnpool2d(x, wrong, 2), says);
  await Promise.all(Array.from({ length: 100 }, () => assert.rejects(maxUnpool2dAsync(x, wrong, 2), says)));
  assert.throws(() => addon.createProgram({}), Error);
  const aborted = AbortSignal.abort(new Error('enough'));
  await assert.rejects(maxUnpool2dAsync(x, wrong, 2, { signal: aborted }), /enough/);
}

/** Two environments share the addon: its code, its threads, its exceptions. */
async function checkWorker() {
  const worker = new Worker(new URL(import.meta.url), { argv: [platformPackage, 'worker'], stdout: false });
  const code = await new Promise((resolve, reject) => worker.once('error', reject).once('exit', resolve));
  assert.equal(code, 0);
}

for (const threads of isWorker ? [2] : [1, 2, 4]) {
  setThreads(threads);
  await checkConvolutions();
  await checkErrors();
}
if (!isWorker) {
  await checkWorker();
  const { backend, isa } = runtime();
  const { detectedIsa } = addon.runtime();
  // No machine has more than it has.
  if (isa !== detectedIsa) assert.equal(isa, process.env.CONVKIT_ISA);
  assert.equal(backend, 'native');
  console.log(`ok convolutions with ${isa}`);
}
