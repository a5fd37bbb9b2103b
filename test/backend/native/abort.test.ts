import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { loadNativeBackend } from '../../../src/backend/native.js';
import { copyProgram, LONG_SIZE, longProgram } from './programs.js';

const backend = loadNativeBackend();
const executable = backend.compile(longProgram(60));
const quick = backend.compile(copyProgram(4));

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

/** A rejection's reason, whatever it is. */
const rejection = (promise: Promise<void>) =>
  promise.then(
    () => expect.unreachable('the promise was fulfilled'),
    (reason: unknown) => reason,
  );

describe('an AbortSignal', () => {
  it('that is already aborted lets nothing start', async () => {
    const output = new Float32Array(4).fill(-7);
    const reason = new Error('too late');
    expect(await rejection(quick.runAsync([new Float32Array(4)], [output], AbortSignal.abort(reason)))).toBe(reason);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(output[0]).toBe(-7);
  });

  it('rejects at once with its reason, stops the work, and leaves the output alone', async () => {
    const output = new Float32Array(LONG_SIZE).fill(-7);
    const controller = new AbortController();
    const reason = { any: 'value' };
    const run = rejection(executable.runAsync([new Float32Array(LONG_SIZE)], [output], controller.signal));
    await new Promise((resolve) => setTimeout(resolve, 5));
    // "At once" is in the same turn of the event loop: no thread of the pool has to say anything first.
    let turns = 0;
    setImmediate(() => turns++);
    controller.abort(reason);
    expect(await run).toBe(reason);
    expect(turns).toBe(0);
    expect(listeners(controller.signal)).toBe(0);
    // A run after it starts as soon as a thread is free, long before sixty layers are through.
    await quick.runAsync([new Float32Array(4)], [new Float32Array(4)]);
    expect(output.every((value) => value === -7)).toBe(true);
  });

  it('that aborts when the work is done but not yet delivered still keeps the output as it was', async () => {
    const output = new Float32Array(4).fill(-7);
    const controller = new AbortController();
    const run = rejection(quick.runAsync([new Float32Array(4)], [output], controller.signal));
    // The event loop stands still meanwhile, so the finished run cannot be delivered.
    const end = performance.now() + 50;
    while (performance.now() < end);
    controller.abort();
    expect(await run).toBe(controller.signal.reason);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(output[0]).toBe(-7);
  });

  it('that never aborts, or too late, changes nothing and keeps no listener', async () => {
    const output = new Float32Array(4);
    const controller = new AbortController();
    const run = quick.runAsync([Float32Array.of(1, 2, 3, 4)], [output], controller.signal);
    expect(listeners(controller.signal)).toBe(1);
    await run;
    expect(listeners(controller.signal)).toBe(0);
    controller.abort();
    expect(output).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it('cancels only its own run', async () => {
    const controller = new AbortController();
    const output = new Float32Array(4);
    const aborted = rejection(
      executable.runAsync([new Float32Array(LONG_SIZE)], [new Float32Array(LONG_SIZE)], controller.signal),
    );
    const other = quick.runAsync([Float32Array.of(1, 2, 3, 4)], [output]);
    controller.abort();
    await aborted;
    await other;
    expect(output).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it('keeps no listener of a run that could not start', async () => {
    const controller = new AbortController();
    await rejection(quick.runAsync([new Float32Array(3)], [new Float32Array(4)], controller.signal));
    expect(listeners(controller.signal)).toBe(0);
  });
});
