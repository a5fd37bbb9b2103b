/** Two sides that take turns in blocks of runs, each run timed alone. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './samples.mjs';

const PAUSE_MS = 10;
const WARM_UP_MS = 30;
const BLOCK_MS = 15;
const BUDGET_MS = 900;
const MIN_ROUNDS = 5;
const RUNS_PER_BLOCK = { least: 3, most: 500 };

/** Milliseconds of both sides, each a function that runs once and returns a promise. */
export async function interleave(ours, theirs) {
  const ourRuns = runsPerBlock(await timeRuns(ours, 3));
  const theirRuns = runsPerBlock(await timeRuns(theirs, 3));
  const samples = { ours: [], theirs: [] };
  const start = performance.now();
  for (let round = 0; round < MIN_ROUNDS || performance.now() - start < BUDGET_MS; round++) {
    samples.ours.push(...(await block(ours, ourRuns)));
    samples.theirs.push(...(await block(theirs, theirRuns)));
  }
  return { ours: statistics(samples.ours), theirs: statistics(samples.theirs) };
}

/**
 * onnxruntime's threads go on spinning for a while after a run and take a core from whoever runs next: hence the
 * pause, and first runs that do not count.
 */
async function block(run, count) {
  await sleep(PAUSE_MS);
  const start = performance.now();
  do await run();
  while (performance.now() - start < WARM_UP_MS);
  return timeRuns(run, count);
}

function runsPerBlock(trial) {
  const wanted = Math.ceil(BLOCK_MS / Math.min(...trial));
  return Math.min(RUNS_PER_BLOCK.most, Math.max(RUNS_PER_BLOCK.least, wanted));
}

/** Milliseconds of `count` runs, one after another. */
export async function timeRuns(run, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}

export function statistics(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: median(sorted), min: sorted[0], samples: sorted.length };
}
