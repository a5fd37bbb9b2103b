/**
 * Prepared convkit layers against onnxruntime-node, layer by layer, in one process and turn by turn.
 *
 *   npm run build && npm run bench:setup
 *   npm run bench:layers -- [--threads 1,2] [--filter vgg,dw] [--reuse] [--json bench-output/layers.json]
 *
 * onnxruntime's threads go on spinning for a while after a run and take a core from whoever runs next: hence blocks
 * of runs, a pause before each and a first run that does not count. Every number of threads has a process of its own.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { onnxModel } from './onnx-model.mjs';
import { median, uniform } from './samples.mjs';
import { printGroups, printHead, printRow, printScaling, scalingOf } from './vs-onnxruntime-report.mjs';

const PAUSE_MS = 10;
const WARM_UP_MS = 30;
const BLOCK_MS = 15;
const BUDGET_MS = 900;
const MIN_ROUNDS = 5;
const RUNS_PER_BLOCK = { least: 3, most: 500 };
/** Of the largest |y|. */
const TOLERANCE = 1e-4;

const POOLINGS = [
  { name: 'maxpool_3x3s2_64_112', kind: 'max', n: 1, c: 64, h: 112, w: 112, r: 3, stride: 2, pad: 1 },
  { name: 'avgpool_2x2s2_256_56', kind: 'average', n: 1, c: 256, h: 56, w: 56, r: 2, stride: 2, pad: 0 },
  { name: 'globalavgpool_2048_7', kind: 'global', n: 1, c: 2048, h: 7, w: 7 },
];
const CASES = [
  ...JSON.parse(readFileSync(new URL('layers.json', import.meta.url), 'utf8')).map((layer) => ({
    kind: 'conv',
    ...layer,
  })),
  ...POOLINGS,
];

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
  const counts = options.threads.split(',').map(Number);
  if (!counts.every((count) => Number.isInteger(count) && count > 0)) {
    quit(2, `--threads takes positive integers, such as 1,2, and got '${options.threads}'`);
  }
  if (chosenCases().length === 0) quit(2, `no layer has '${options.filter}' in its name`);
  requirePeer();
  const runs = [];
  for (const threads of counts) runs.push(await runChild(threads));
  for (const { threads, rows } of runs) printGroups(threads, rows);
  const scaling = scalingOf(runs);
  if (scaling !== undefined) printScaling(scaling);
  const facts = { cpu: cpus()[0].model, node: process.version, date: new Date().toISOString() };
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify({ ...facts, runs, scaling }, null, 2)}\n`);
  console.log(`\nAll figures: ${options.json}`);
  if (runs.some(({ rows }) => rows.some(({ error }) => error !== undefined))) process.exitCode = 1;
}

function requirePeer() {
  try {
    import.meta.resolve('onnxruntime-node');
  } catch {
    quit(1, 'onnxruntime-node is not installed. Install it with\n\n  npm run bench:setup\n');
  }
}

function quit(code, reason) {
  console.error(`vs-onnxruntime: ${reason}`);
  process.exit(code);
}

async function runChild(threads) {
  const child = fork(
    fileURLToPath(import.meta.url),
    ['--child', '--threads', String(threads), '--filter', options.filter, ...(options.reuse ? ['--reuse'] : [])],
    { env: { ...process.env, CONVKIT_THREADS: String(threads) } },
  );
  let result;
  child.on('message', (sent) => {
    result = sent;
  });
  const [code] = await once(child, 'close');
  if (result === undefined) quit(1, `measuring on ${threads} thread(s) ended with code ${code} and no result`);
  return result;
}

function chosenCases() {
  const parts = options.filter.split(',');
  return CASES.filter(({ name }) => parts.some((part) => name.includes(part)));
}

async function measureAll(threads) {
  const convkit = await import('../dist/index.js');
  const { default: ort } = await import('onnxruntime-node');
  const runtime = convkit.runtime();
  const peer = ort.env.versions.node;
  console.log(
    `${cpus()[0].model}, Node ${process.version}, threads: ${threads}\n` +
      `convkit: ${runtime.backend} (${runtime.isa}), onnxruntime-node: ${peer}; milliseconds`,
  );
  printHead();
  const rows = [];
  for (const layer of chosenCases()) {
    const row = { ...layer, ...(await measure(layer, threads, { convkit, ort })) };
    rows.push(row);
    printRow(row);
  }
  process.send({ threads, runtime, onnxruntime: peer, rows }, () => process.disconnect());
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
    const error = differenceOf(ours.forward(x).data, (await session.run(feeds)).y.data);
    const { algorithm, reason } = summary.rows[0];
    const facts = { flops: 2 * summary.multiplyAccumulates, algorithm, reason };
    if (error !== undefined) return { ...facts, error };
    const into = options.reuse ? reusedResults(ours.forward(x), ort) : {};
    const times = await interleave(
      (count) => timeRuns(() => afterOneTurn(ours.forward(x, { out: into.ours })), count),
      (count) => timeRuns(() => session.run(feeds, into.theirs), count),
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

/** What is wrong with our result, if anything. */
function differenceOf(ours, theirs) {
  if (ours.length !== theirs.length) return `${ours.length} values, where onnxruntime has ${theirs.length}`;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < theirs.length; i++) {
    const distance = Math.abs(ours[i] - theirs[i]);
    if (Number.isNaN(distance)) return `element ${i} is ${ours[i]}, where onnxruntime has ${theirs[i]}`;
    if (distance > difference) difference = distance;
    if (Math.abs(theirs[i]) > largest) largest = Math.abs(theirs[i]);
  }
  if (difference <= TOLERANCE * largest) return undefined;
  return `differs from onnxruntime by ${(difference / largest).toExponential(1)} of the largest value`;
}

async function interleave(ours, theirs) {
  const ourRuns = runsPerBlock(await ours(3));
  const theirRuns = runsPerBlock(await theirs(3));
  const samples = { ours: [], theirs: [] };
  const start = performance.now();
  for (let round = 0; round < MIN_ROUNDS || performance.now() - start < BUDGET_MS; round++) {
    samples.ours.push(...(await block(ours, ourRuns)));
    samples.theirs.push(...(await block(theirs, theirRuns)));
  }
  return { ours: statistics(samples.ours), theirs: statistics(samples.theirs) };
}

async function block(time, runs) {
  await sleep(PAUSE_MS);
  const start = performance.now();
  do await time(1);
  while (performance.now() - start < WARM_UP_MS);
  return time(runs);
}

function runsPerBlock(trial) {
  const wanted = Math.ceil(BLOCK_MS / Math.min(...trial));
  return Math.min(RUNS_PER_BLOCK.most, Math.max(RUNS_PER_BLOCK.least, wanted));
}

/** onnxruntime-node defers every run by one turn of the event loop, in which memory is given back. So do we here. */
function afterOneTurn(result) {
  return new Promise((resolve) => setImmediate(resolve, result));
}

async function timeRuns(run, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}

function statistics(times) {
  const sorted = times.sort((a, b) => a - b);
  return { median: median(sorted), min: sorted[0], samples: sorted.length };
}

await (options.child ? measureAll(Number(options.threads)) : main());
