/**
 * Prepared convkit layers against onnxruntime-node, layer by layer, in one process and turn by turn.
 *
 *   npm run build && npm run bench:setup
 *   npm run bench:layers -- [--threads 1,2] [--filter vgg,dw] [--reuse] [--json bench-output/layers.json]
 *
 * Every number of threads has a process of its own.
 */
import { parseArgs } from 'node:util';
import { onnxModel } from '../dist/bench/peers/onnx-model.js';
import { layers } from './layer-list.mjs';
import {
  differenceOf,
  printEnvironment,
  quit,
  requirePeer,
  runChild,
  sendResult,
  threadCounts,
  writeReport,
} from './peer.mjs';
import { uniform } from './samples.mjs';
import { interleave } from './turns.mjs';
import { printGroups, printHead, printRow, printScaling, scalingOf } from './vs-onnxruntime-report.mjs';

/** Of the largest |y|. */
const TOLERANCE = 1e-4;

const POOLINGS = [
  { name: 'maxpool_3x3s2_64_112', kind: 'max', n: 1, c: 64, h: 112, w: 112, r: 3, stride: 2, pad: 1 },
  { name: 'avgpool_2x2s2_256_56', kind: 'average', n: 1, c: 256, h: 56, w: 56, r: 2, stride: 2, pad: 0 },
  { name: 'globalavgpool_2048_7', kind: 'global', n: 1, c: 2048, h: 7, w: 7 },
];
const CASES = [...layers.map((layer) => ({ kind: 'conv', ...layer })), ...POOLINGS];

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1' },
    filter: { type: 'string', default: '' },
    json: { type: 'string', default: 'bench-output/layers.json' },
    // Both sides write into the same tensors run after run, instead of making new ones.
    reuse: { type: 'boolean', default: false },
    // Set by this script for the process that measures one number of threads.
    child: { type: 'boolean', default: false },
  },
});

async function main() {
  const counts = threadCounts(options.threads);
  if (chosenCases().length === 0) quit(2, `no layer has '${options.filter}' in its name`);
  requirePeer();
  const args = ['--filter', options.filter, ...(options.reuse ? ['--reuse'] : [])];
  const runs = [];
  for (const threads of counts) runs.push(await runChild(threads, args));
  for (const { threads, rows } of runs) printGroups(threads, rows);
  const scaling = scalingOf(runs);
  if (scaling !== undefined) printScaling(scaling);
  writeReport(options.json, { runs, scaling });
  if (runs.some(({ rows }) => rows.some(({ error }) => error !== undefined))) process.exitCode = 1;
}

function chosenCases() {
  const parts = options.filter.split(',');
  return CASES.filter(({ name }) => parts.some((part) => name.includes(part)));
}

async function measureAll(threads) {
  const convkit = await import('../dist/bundle/index.js');
  const { default: ort } = await import('onnxruntime-node');
  const runtime = convkit.runtime();
  const peer = ort.env.versions.node;
  printEnvironment(threads, runtime, peer);
  printHead();
  const rows = [];
  for (const layer of chosenCases()) {
    const row = { ...layer, ...(await measure(layer, threads, { convkit, ort })) };
    rows.push(row);
    printRow(row);
  }
  sendResult({ threads, runtime, onnxruntime: peer, rows });
}

async function measure(layer, threads, { convkit, ort }) {
  const { n, c, h, w } = layer;
  const x = new convkit.Tensor(uniform(n * c * h * w, 1), [n, c, h, w]);
  const ours = ourLayer(layer, convkit);
  const summary = ours.prepare(x.shape).summary(x.shape);
  const session = await ort.InferenceSession.create(modelOf(layer, ours, x.shape), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const feeds = { x: new ort.Tensor('float32', x.data, x.shape) };
  try {
    const error = differenceOf(ours.forward(x).data, (await session.run(feeds)).y.data, TOLERANCE);
    const { algorithm, reason } = summary.rows[0];
    const facts = { flops: 2 * summary.multiplyAccumulates, algorithm, reason };
    if (error !== undefined) return { ...facts, error };
    const into = options.reuse ? reusedResults(ours.forward(x), ort) : {};
    const times = await interleave(
      () => afterOneTurn(ours.forward(x, { out: into.ours })),
      () => session.run(feeds, into.theirs),
    );
    return { ...facts, ...times };
  } finally {
    await session.release();
    ours.dispose();
  }
}

/** Tensors that both sides write every result into. */
function reusedResults(result, ort) {
  const theirs = { y: new ort.Tensor('float32', new Float32Array(result.size), result.shape) };
  return { ours: result, theirs };
}

function ourLayer(layer, { Conv2d, MaxPool2d, AvgPool2d, GlobalAvgPool2d }) {
  const { kind, c, k, r, s, stride, pad, groups, dilation } = layer;
  if (kind === 'conv') return new Conv2d(c, k, [r, s], { stride, padding: pad, groups, dilation, seed: 1 });
  if (kind === 'max') return new MaxPool2d(r, { stride, padding: pad });
  if (kind === 'average') return new AvgPool2d(r, { stride, padding: pad });
  return new GlobalAvgPool2d();
}

function modelOf(layer, ours, inputShape) {
  const { kind, r, s = r, stride, pad, groups, dilation } = layer;
  const outputShape = ours.outputShape(inputShape);
  if (kind === 'global') return onnxModel({ opType: 'GlobalAveragePool', inputShape, outputShape });
  const window = { kernel_shape: [r, s], strides: [stride, stride], pads: [pad, pad, pad, pad] };
  if (kind !== 'conv') {
    const opType = kind === 'max' ? 'MaxPool' : 'AveragePool';
    return onnxModel({ opType, attributes: window, inputShape, outputShape });
  }
  return onnxModel({
    opType: 'Conv',
    attributes: { ...window, dilations: [dilation, dilation], group: groups },
    initializers: Object.fromEntries(ours.parameters()),
    inputShape,
    outputShape,
  });
}

/** onnxruntime-node defers every run by one turn of the event loop, in which memory is given back. So do we here. */
function afterOneTurn(result) {
  return new Promise((resolve) => setImmediate(resolve, result));
}

await (options.child ? measureAll(Number(options.threads)) : main());
