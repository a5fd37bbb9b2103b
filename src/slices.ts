import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from './abort.js';
import type { AbortSignal } from './platform.js';

/** Work that may be interrupted at each `yield`. */
export type Sliced<Result> = Generator<void, Result, void>;

/** Milliseconds after which the event loop gets its turn. */
const SLICE = 4;

/** Does all of the work now. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Does as much of the work as one slice has time for, and the rest, if any is left, a slice in each turn of the event loop.
 *
 * @throws what the work throws; `signal.reason` (as a rejection) when it aborts between two slices
 */
export function inSlices<Result>(work: Sliced<Result>, signal?: AbortSignal): Result | Promise<Result> {
  const first = slice(work);
  return first.done ? first.value : rest(work, signal);
}

async function rest<Result>(work: Sliced<Result>, signal: AbortSignal | undefined): Promise<Result> {
  for (;;) {
    await nextTurn();
    throwIfAborted(signal);
    const { done, value } = slice(work);
    if (done) return value;
  }
}

function slice<Result>(work: Sliced<Result>): IteratorResult<void, Result> {
  const end = performance.now() + SLICE;
  for (;;) {
    const step = work.next();
    if (step.done || performance.now() >= end) return step;
  }
}
