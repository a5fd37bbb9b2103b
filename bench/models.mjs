/**
 * Whole networks at full size against onnxruntime-node, in one process and turn by turn.
 *
 *   npm run build && npm run bench:setup && /usr/bin/python3 scripts/export-networks.py --full
 *   npm run bench:models -- [--threads 1,2] [--filter resnet,vgg] [--json bench-output/models.json]
 *   npm run bench:models -- --memory [--filter resnet50]
 *
 * Every number of threads has a process of its own, and with --memory so has each side.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printHead, printMean, printMemory, printRow } from './models-report.mjs';
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
import { SIDES } from './sides.mjs';
import { interleave, statistics } from './turns.mjs';

/** Of the largest value of an output. */
const TOLERANCE = 1e-3;
const LOADS = 5;
/** Runs after which the memory is read. */
const MEMORY_AFTER = [1, 100, 500, 1000];

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1' },
    filter: { type: 'string' },
    json: { type: 'string' },
    models: { type: 'string', default: fileURLToPath(new URL('../bench-output/models', import.meta.url)) },
    memory: { type: 'boolean', default: false },
    // Set by this script for the process that measures one number of threads, or one side's memory.
    child: { type: 'boolean', default: false },
    side: { type: 'string' },
  },
});
const filter = options.filter ?? (options.memory ? 'resnet50' : '');

async function main() {
  const counts = threadCounts(options.threads);
  const files = chosenFiles();
  requirePeer();
  if (options.memory) return compareMemory(counts, files);
  const runs = [];
  for (const threads of counts) {
    runs.push(await runChild(threads, ['--filter', filter, '--models', options.models]));
  }
  for (const { threads, rows } of runs) printMean(threads, rows);
  writeReport(options.json ?? 'bench-output/models.json', { runs });
  if (runs.some(({ rows }) => rows.some(({ error }) => error !== undefined))) process.exitCode = 1;
}

function chosenFiles() {
  const files = existsSync(options.models) ? readdirSync(options.models).filter((file) => file.endsWith('.onnx')) : [];
  if (files.length === 0) {
    quit(1, `no models in ${options.models}. Make them with\n\n  /usr/bin/python3 scripts/export-networks.py --full\n`);
  }
  const chosen = files.filter((file) => filter.split(',').some((part) => file.includes(part))).sort();
  if (chosen.length === 0) quit(2, `no model has '${filter}' in its name; there are ${files.join(', ')}`);
  return chosen.map((file) => join(options.models, file));
}

async function compareMemory(counts, files) {
  const runs = [];
  for (const threads of counts) {
    for (const file of files) {
      const name = basename(file, '.onnx');
      for (const side of Object.keys(SIDES)) {
        const args = ['--memory', '--side', side, '--filter', name, '--models', options.models];
        const figures = await runChild(threads, args);
        const row = { name, side, threads, ...figures };
        runs.push(row);
        printMemory(row);
      }
    }
  }
  writeReport(options.json ?? 'bench-output/models-memory.json', { runs });
}

async function measureMemory(threads, side) {
  const { load } = await SIDES[side]();
  const model = await load(chosenFiles()[0], threads);
  const feeds = model.feeds();
  const resident = {};
  for (let run = 1; run <= MEMORY_AFTER.at(-1); run++) {
    await model.run(feeds);
    if (MEMORY_AFTER.includes(run)) resident[run] = process.memoryUsage.rss() / 2 ** 20;
  }
  sendResult({ resident, peak: process.resourceUsage().maxRSS / 2 ** 10 });
}

async function measureAll(threads) {
  const [ours, theirs] = [await SIDES.convkit(), await SIDES.onnxruntime()];
  printEnvironment(threads, ours.facts, theirs.facts);
  printHead();
  const rows = [];
  for (const file of chosenFiles()) {
    const row = { name: basename(file, '.onnx'), ...(await measure(file, threads, ours, theirs)) };
    rows.push(row);
    printRow(row);
  }
  sendResult({ threads, runtime: ours.facts, onnxruntime: theirs.facts, rows });
}

async function measure(file, threads, ours, theirs) {
  const models = { ours: await ours.load(file, threads), theirs: await theirs.load(file, threads) };
  try {
    const feeds = { ours: models.ours.feeds(), theirs: models.theirs.feeds() };
    const error = unlike(await models.ours.run(feeds.ours), await models.theirs.run(feeds.theirs));
    if (error !== undefined) return { error };
    const times = await interleave(
      () => models.ours.run(feeds.ours),
      () => models.theirs.run(feeds.theirs),
    );
    const starts = { ours: await timeStarts(ours, file, threads), theirs: await timeStarts(theirs, file, threads) };
    return { ...times, starts };
  } finally {
    await models.ours.release();
    await models.theirs.release();
  }
}

function unlike(ours, theirs) {
  for (const [name, { data }] of Object.entries(theirs)) {
    if (ours[name] === undefined) return `has no output ${name}`;
    const error = differenceOf(ours[name].data, data, TOLERANCE);
    if (error !== undefined) return `${name}: ${error}`;
  }
  return undefined;
}

/** Loading alone, and loading with the first run, which either side may leave work to. */
async function timeStarts(side, file, threads) {
  const [loads, firstResults] = [[], []];
  for (let i = 0; i < LOADS; i++) {
    const [load, model] = await timed(() => side.load(file, threads));
    const feeds = model.feeds();
    const [run] = await timed(() => model.run(feeds));
    loads.push(load);
    firstResults.push(load + run);
    await model.release();
  }
  return { load: statistics(loads).median, firstResult: statistics(firstResults).median };
}

async function timed(act) {
  const start = performance.now();
  const result = await act();
  return [performance.now() - start, result];
}

async function child() {
  const threads = Number(options.threads);
  await (options.memory ? measureMemory(threads, options.side) : measureAll(threads));
}

await (options.child ? child() : main());
