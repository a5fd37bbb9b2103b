/**
 * The TypeScript backend against tfjs's CPU backend, both in this process and on one thread, turn by turn on the
 * same values. Weights count as inputs on both sides, so packing them is part of what is measured.
 *
 *   npm run build:ts && cd bench && npm ci --ignore-scripts && node ts-vs-tfjs.mjs [part of a layer's name]
 */
import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { createTypeScriptBackend } from '../dist/backend/typescript/backend.js';
import { ProgramBuilder } from '../dist/program/builder.js';
import { layers } from './layer-list.mjs';

const MIN_ROUNDS = 3;
const MAX_ROUNDS = 15;
const BUDGET_MS = 2500;
const NO_SLOT = -1;

const backend = createTypeScriptBackend();

/** Uniform in [−1, 1), the same on every run. */
function uniform(size, seed) {
  let state = seed;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

function outputLength(n, k, { stride, pad, dilation }) {
  return Math.floor((n + 2 * pad - dilation * (k - 1) - 1) / stride) + 1;
}

function geometryOf(layer) {
  const { n, c, h, w, k, r, s, stride, pad, groups, dilation } = layer;
  return {
    batch: n,
    inChannels: c,
    outChannels: k,
    groups,
    inputDepth: 1,
    inputHeight: h,
    inputWidth: w,
    outputDepth: 1,
    outputHeight: outputLength(h, r, layer),
    outputWidth: outputLength(w, s, layer),
    kernelDepth: 1,
    kernelHeight: r,
    kernelWidth: s,
    strideDepth: 1,
    strideHeight: stride,
    strideWidth: stride,
    dilationDepth: 1,
    dilationHeight: dilation,
    dilationWidth: dilation,
    padFront: 0,
    padBack: 0,
    padTop: pad,
    padBottom: pad,
    padLeft: pad,
    padRight: pad,
  };
}

/** A function that runs the layer here, and where it leaves the result: [n, k, oh, ow]. */
function prepareConvkit(geometry, x, weight) {
  const builder = new ProgramBuilder();
  const size = geometry.batch * geometry.outChannels * geometry.outputHeight * geometry.outputWidth;
  const operands = [builder.input(x.length), builder.input(weight.length), NO_SLOT, NO_SLOT, NO_SLOT];
  const y = builder.slot(size);
  builder.step('conv', geometry, operands, [y]);
  builder.output(y);
  const executable = backend.compile(builder.build());
  const output = new Float32Array(size);
  const run = () => executable.run([x, weight], [output]);
  return { run, result: () => output };
}

/** The same in tfjs's own layout, NHWC; the change of layout is not measured. */
function prepareTfjs({ n, c, h, w, k, r, s, stride, pad, dilation }, x, weight) {
  const input = tf.tidy(() => tf.tensor(x, [n, c, h, w]).transpose([0, 2, 3, 1]));
  const filter = tf.tidy(() => tf.tensor(weight, [k, c, r, s]).transpose([2, 3, 1, 0]));
  const pads = [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ];
  const convolve = () => tf.conv2d(input, filter, stride, pads, 'NHWC', dilation, 'floor');
  const run = () => {
    const output = convolve();
    output.dataSync();
    output.dispose();
  };
  const result = () => tf.tidy(() => convolve().transpose([0, 3, 1, 2]).dataSync());
  const dispose = () => tf.dispose([input, filter]);
  return { run, result, dispose };
}

/** Milliseconds of each run, the two taking turns. */
function interleave(a, b) {
  const times = [[], []];
  const start = performance.now();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (round >= MIN_ROUNDS && performance.now() - start > BUDGET_MS) break;
    for (const [i, run] of [a, b].entries()) {
      const from = performance.now();
      run();
      times[i].push(performance.now() - from);
    }
  }
  return times.map((list) => {
    list.sort((p, q) => p - q);
    return { min: list[0], median: list[Math.floor(list.length / 2)] };
  });
}

function checkEqual(ours, theirs, terms, name) {
  for (let i = 0; i < ours.length; i++) {
    if (Math.abs(ours[i] - theirs[i]) > 1e-5 * terms)
      throw new Error(`${name}: ${ours[i]} is not ${theirs[i]} at ${i}`);
  }
}

function measure(layer) {
  const geometry = geometryOf(layer);
  const terms = layer.c * layer.r * layer.s;
  const x = uniform(layer.n * layer.c * layer.h * layer.w, 1);
  const weight = uniform(layer.k * terms, 2);
  const ours = prepareConvkit(geometry, x, weight);
  const theirs = prepareTfjs(layer, x, weight);
  ours.run();
  checkEqual(ours.result(), theirs.result(), terms, layer.name);
  const [a, b] = interleave(ours.run, theirs.run);
  theirs.dispose();
  const gflop = (2 * layer.n * layer.k * geometry.outputHeight * geometry.outputWidth * terms) / 1e9;
  return { a, b, gflop };
}

await tf.setBackend('cpu');
console.log(`${cpus()[0].model}, Node ${process.version}, tfjs ${tf.version.tfjs} (${tf.getBackend()} backend)\n`);
console.log('layer                       convkit ms min/median  GFLOP/s     tfjs ms min/median  GFLOP/s   ratio');
const ratios = [];
for (const layer of layers.filter(({ groups, name }) => groups === 1 && name.includes(process.argv[2] ?? ''))) {
  const { a, b, gflop } = measure(layer);
  const ratio = b.median / a.median;
  ratios.push(ratio);
  const side = ({ min, median }) =>
    `${min.toFixed(1).padStart(9)} / ${median.toFixed(1).padStart(9)}  ${((1e3 * gflop) / median).toFixed(2).padStart(7)}`;
  console.log(`${layer.name.padEnd(26)} ${side(a)}  ${side(b)}  ${ratio.toFixed(2).padStart(6)}`);
}
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
console.log(`\nGeometric mean of the ratios of medians over ${ratios.length} layers: ${mean.toFixed(2)}`);
