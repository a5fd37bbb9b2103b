import { setTimeout as sleep } from 'node:timers/promises';
import type { Sampled, Sampling } from '../run/sampler.js';

/** A peer's threads go on spinning for a while after a run and take a core from whoever runs next. */
const PAUSE_MS = 10;
/** A hypervisor may take that long to move busy threads to cores of their own. */
const WARM_UP_MS = 30;
const BLOCK_MS = 15;
/** So that neither the clock nor a turn of the event loop weighs much in a sample. */
const SAMPLE_MS = 1;
const MOST_RUNS_PER_SAMPLE = 1e5;
const TRIALS = 3;

/** One side of a comparison. */
export interface Side {
  /** Called before each block, outside of the clock. */
  beforeBlock?(): Promise<unknown>;
  /** A promise is awaited. */
  run(): unknown;
}

interface Blocks {
  readonly side: Side;
  readonly runsPerSample: number;
  readonly samplesPerBlock: number;
  readonly samples: number[];
}

/**
 * Samples several sides in rounds of blocks, the first side last in every other round. `sampling.seconds` are for each
 * side and hold its pauses and first runs too; however short they are, every side has its `sampling.samples`.
 *
 * @throws whatever a side throws
 */
export async function takeTurns(sides: readonly Side[], { seconds, samples }: Sampling): Promise<Sampled[]> {
  const all: Blocks[] = [];
  for (const side of sides) all.push(await planBlocks(side));
  const deadline = performance.now() + 1e3 * seconds * sides.length;
  let order = all;
  do {
    for (const blocks of order) await block(blocks);
    order = order.toReversed();
  } while (performance.now() < deadline || all.some((blocks) => blocks.samples.length < samples));
  return all.map(({ runsPerSample, samples }) => ({ runsPerSample, samples }));
}

async function planBlocks(side: Side): Promise<Blocks> {
  await side.beforeBlock?.();
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIALS; i++) fastest = Math.min(fastest, await timeRuns(side, 1));
  const runsPerSample = Math.min(MOST_RUNS_PER_SAMPLE, Math.max(1, Math.ceil(SAMPLE_MS / fastest)));
  const samplesPerBlock = Math.max(1, Math.round(BLOCK_MS / (runsPerSample * fastest)));
  return { side, runsPerSample, samplesPerBlock, samples: [] };
}

async function block({ side, runsPerSample, samplesPerBlock, samples }: Blocks): Promise<void> {
  await side.beforeBlock?.();
  await sleep(PAUSE_MS);
  const start = performance.now();
  do await timeRuns(side, 1);
  while (performance.now() - start < WARM_UP_MS);
  for (let i = 0; i < samplesPerBlock; i++) samples.push((await timeRuns(side, runsPerSample)) / runsPerSample);
}

/** Milliseconds of `count` runs, one after another. */
async function timeRuns({ run }: Side, count: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const outcome = run();
    if (outcome instanceof Promise) await outcome;
  }
  const time = performance.now() - start;
  // Results that were collected give their memory back in a turn of the event loop, which an asynchronous side has anyway.
  await new Promise(setImmediate);
  return time;
}
