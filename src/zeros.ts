import { NativeError } from './errors.js';
import { isRangeError } from './thrown.js';

/**
 * Memory of JavaScript's own, set to zero.
 *
 * @throws NativeError where there is none left, in place of V8's bare RangeError
 */
export function zeros(context: string, size: number): Float32Array {
  return orNoMemory(context, size, () => new Float32Array(size));
}

/** As float32. @throws NativeError where there is no memory for a copy */
export function float32Copy(context: string, values: ArrayLike<number>): Float32Array {
  return orNoMemory(context, values.length, () => new Float32Array(values));
}

function orNoMemory(context: string, size: number, make: () => Float32Array): Float32Array {
  try {
    return make();
  } catch (error) {
    if (!isRangeError(error)) throw error;
    throw new NativeError(`${context}: no memory for ${size} values`, { cause: error });
  }
}
