/**
 * What convkit's own ways of running a layer cost beside one another, turn by turn in one process:
 *
 *   functional   conv2d(x, weight) with weights that are packed in every call, over the prepared layer
 *   batch 16     an image inside a batch of 16, over an image alone
 *   avx2         the prepared layer with AVX2, over AVX-512 (a process each: an instruction set is chosen once)
 *
 *   npm run build && npm run bench -- variants [part of a name]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Conv2d, conv2d, runtime, Tensor } from '../dist/bundle/index.js';
import { layers } from './layer-list.mjs';
import { median, uniform } from './samples.mjs';

const FUNCTIONAL_MIN_FLOPS = 50e6;
const BATCH = 16;
/** A batch of more would not fit the memory of small machines. */
const MOST_BATCH_VALUES = 60e6;
/** Memory is given back when the event loop turns. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const ROUNDS = 7;
const BLOCK_MS = 15;

const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

function prepare({ n, c, h, w, k, r, s, stride, pad, groups, dilation }, batch = n) {
  const options = { stride, padding: pad, groups, dilation };
  const layer = new Conv2d(c, k, [r, s], { ...options, seed: 1 });
  const x = new Tensor(uniform(batch * c * h * w, 1), [batch, c, h, w]);
  const summary = layer.prepare(x.shape).summary(x.shape);
  const [weight, bias] = [layer.parameters().get('weight'), layer.parameters().get('bias')];
  return {
    layer,
    x,
    flops: 2 * summary.multiplyAccumulates,
    functional: () => conv2d(x, weight, { ...options, bias }),
  };
}

/** Median milliseconds of each way, in blocks that take turns. */
async function interleave(ways) {
  const samples = ways.map(() => []);
  const counts = ways.map((way) => {
    way();
    const start = performance.now();
    way();
    return Math.max(2, Math.ceil(BLOCK_MS / (performance.now() - start)));
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, way] of ways.entries()) {
      await sleep(2);
      way();
      for (let run = 0; run < counts[i]; run++) {
        const start = performance.now();
        way();
        samples[i].push(performance.now() - start);
        await nextTurn();
      }
    }
  }
  return samples.map((times) => median(times.sort((a, b) => a - b)));
}

async function againstPrepared(layer) {
  const prepared = prepare(layer);
  const ways = [() => prepared.layer.forward(prepared.x), prepared.functional];
  const values = BATCH * layer.h * layer.w * Math.max(layer.c, layer.k);
  const batch = layer.n === 1 && values <= MOST_BATCH_VALUES ? prepare(layer, BATCH) : undefined;
  if (batch !== undefined) ways.push(() => batch.layer.forward(batch.x));
  const [alone, functional, together] = await interleave(ways);
  for (const { layer: used } of [prepared, batch ?? prepared]) used.dispose();
  return {
    name: layer.name,
    alone,
    functional: prepared.flops >= FUNCTIONAL_MIN_FLOPS ? alone / functional : undefined,
    batch: together === undefined ? undefined : (BATCH * alone) / together,
  };
}

/** Milliseconds of every prepared layer in a process with that instruction set. */
async function timesOn(isa, filter) {
  const child = fork(fileURLToPath(import.meta.url), [filter], { env: { ...process.env, CONVKIT_ISA: isa } });
  let times;
  child.on('message', (sent) => {
    times = sent;
  });
  await once(child, 'close');
  return times;
}

const cell = (value) => (value === undefined ? '–' : value.toFixed(2)).padStart(12);

export async function run(filter) {
  const chosen = layers.filter(({ name }) => name.includes(filter));
  if (chosen.length === 0) throw new Error(`no layer has '${filter}' in its name`);
  const wide = ['amx', 'avx512'].includes(runtime().isa)
    ? [await timesOn(runtime().isa, filter), await timesOn('avx2', filter)]
    : undefined;
  console.log(`speed over the prepared layer alone, medians\n`);
  console.log(`${'layer'.padEnd(28)}${['ms', 'functional', 'batch 16', 'avx2'].map((t) => t.padStart(12)).join('')}`);
  const rows = [];
  for (const layer of chosen) {
    const row = await againstPrepared(layer);
    if (wide !== undefined) row.avx2 = wide[0][layer.name] / wide[1][layer.name];
    rows.push(row);
    console.log(
      row.name.padEnd(28) + row.alone.toFixed(3).padStart(12) + cell(row.functional) + cell(row.batch) + cell(row.avx2),
    );
  }
  const means = ['functional', 'batch', 'avx2'].map((key) =>
    rows.map((row) => row[key]).filter((v) => v !== undefined),
  );
  console.log(
    `${'geometric mean'.padEnd(40)}${means.map((v) => cell(v.length ? geometricMean(v) : undefined)).join('')}`,
  );
  console.log(`${'worst'.padEnd(40)}${means.map((v) => cell(v.length ? Math.min(...v) : undefined)).join('')}`);
}

if (process.send !== undefined) {
  const times = {};
  for (const layer of layers.filter(({ name }) => name.includes(process.argv[2] ?? ''))) {
    const { layer: conv, x } = prepare(layer);
    [times[layer.name]] = await interleave([() => conv.forward(x)]);
  }
  process.send(times, () => process.disconnect());
}
