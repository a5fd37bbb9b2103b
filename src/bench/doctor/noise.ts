import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Noise } from './machine.js';

/** About 0.2 ms on today's machines: short beside a time slice of a scheduler, long beside the clock's step. */
const ROUNDS = 200_000;

/** The first runs are interpreted, then compiled. */
const WARM_UP_MS = 50;

/** How long the event loop, and so Ctrl-C, may have to wait. */
const SLICE_MS = 25;

/** Integer multiplications that each need the one before, so that nothing but time can change how long they take. */
function spin(seed: number): number {
  let value = seed;
  for (let i = 0; i < ROUNDS; i++) value = (Math.imul(value, 0x9e3779b1) + i) | 0;
  return value;
}

/** Repeats a fixed piece of work for `milliseconds` and tells how its times spread. */
export async function measureNoise(milliseconds: number, signal?: AbortSignal): Promise<Noise> {
  let value = await spinFor(WARM_UP_MS, [], 1, signal);
  const samples: number[] = [];
  value = await spinFor(milliseconds, samples, value, signal);
  return summarise(samples, value);
}

async function spinFor(milliseconds: number, samples: number[], seed: number, signal?: AbortSignal): Promise<number> {
  const end = performance.now() + milliseconds;
  let value = seed;
  for (let now = performance.now(); now < end; ) {
    signal?.throwIfAborted();
    const sliceEnd = Math.min(end, now + SLICE_MS);
    while (now < sliceEnd) {
      const start = performance.now();
      value = spin(value);
      now = performance.now();
      samples.push(now - start);
    }
    await nextTurn();
  }
  return value;
}

/** `value` is the work's result, which has to be used somewhere, or a compiler may leave the work out. */
function summarise(samples: readonly number[], value: number): Noise {
  const sorted = [...samples].sort((a, b) => a - b);
  // Nearest rank: the least sample that so large a part of all does not exceed.
  const rank = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  return { median: rank(0.5), p99: rank(0.99), worst: rank(1), samples: Number.isNaN(value) ? 0 : samples.length };
}

/** The least step of `performance.now()` that is not zero, in milliseconds. */
export function clockStep(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let found = 0; found < 200; found++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  return least;
}
