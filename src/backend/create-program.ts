import type { Addon, ConstantsHandle, ProgramHandle, ProgramSpec } from '../../binding.js';
import type { AbortSignal } from '../platform.js';
import { inSlices, type Sliced } from '../slices.js';
import { fromNative } from './native-errors.js';

/** Values that are copied before the clock is looked at: a megabyte. */
const PIECE = 2 ** 18;

/**
 * A program whose constants are packed on the pool. They are copied first, in slices, because the pool never reads memory of
 * JavaScript: its owner may transfer it at any time.
 *
 * @throws (as a rejection) NativeError; `signal.reason` as soon as it aborts
 */
export async function createProgramSoon(addon: Addon, spec: ProgramSpec, signal?: AbortSignal): Promise<ProgramHandle> {
  try {
    const constants = addon.stageConstants(Float64Array.from(spec.constantSlots, (slot) => spec.slotSizes[slot]));
    const copied = inSlices(copying(addon, constants, spec.constants), signal);
    if (copied instanceof Promise) await copied;
    return await packed(addon, { ...spec, constants: [] }, constants, signal);
  } catch (error) {
    throw fromNative(error);
  }
}

function* copying(addon: Addon, constants: ConstantsHandle, arrays: readonly Float32Array[]): Sliced<void> {
  for (const [index, array] of arrays.entries()) {
    for (let start = 0; start < array.length; start += PIECE) {
      addon.appendConstant(constants, index, array.subarray(start, start + PIECE));
      yield;
    }
  }
}

function packed(
  addon: Addon,
  spec: ProgramSpec,
  constants: ConstantsHandle,
  signal: AbortSignal | undefined,
): Promise<ProgramHandle> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error, program?: ProgramHandle) => {
      signal?.removeEventListener('abort', onAbort);
      if (program === undefined) reject(error);
      else if (signal?.aborted) addon.dispose(program);
      else resolve(program);
    };
    const onAbort = () => {
      addon.cancel(job);
      reject(signal?.reason);
    };
    const job = addon.createProgramAsync(spec, constants, done);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
