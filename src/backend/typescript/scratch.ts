import { NativeError } from '../../errors.js';
import { keepsMemory } from '../../kept-memory.js';

type ScratchUse = 'image' | 'patches' | 'weights' | 'sums';

const arrays = new Map<ScratchUse, Float64Array>();

keepsMemory(() => {
  let bytes = 0;
  for (const { byteLength } of arrays.values()) bytes += byteLength;
  arrays.clear();
  return bytes;
});

/**
 * A working array of at least `length` values, with anything in them, shared by every step on this thread:
 * valid until the next call for the same use.
 */
export function scratch(use: ScratchUse, length: number): Float64Array {
  let array = arrays.get(use);
  if (array === undefined || array.length < length) {
    arrays.delete(use);
    array = allocate(length);
    arrays.set(use, array);
  }
  return array;
}

/** A new zeroed array. @throws NativeError where memory does not suffice. */
export function allocate(length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch (error) {
    throw new NativeError(`typescript backend: out of memory for ${length} working values`, { cause: error });
  }
}
