import { typedArrayKind } from '../values.js';

/** @inline */
type BigIntegerArray = BigInt64Array | BigUint64Array;

/** @inline */
type IntegerArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigIntegerArray;

/** What a feed may hold: numbers of any type, which the model's input has to have. */
export type FeedData = Float32Array | Float64Array | IntegerArray;

/** Numbers as float32; the same array where that is what they are. A typed array's constructor converts 400 million a second. */
export function toFloat32(numbers: FeedData): Float32Array {
  if (typedArrayKind(numbers) === 'Float32Array') return numbers as Float32Array;
  return isBig(numbers) ? fromBig(numbers, new Float32Array(numbers.length)) : new Float32Array(numbers);
}

/** Numbers as they are, where float64 has them: up to ±2^53. */
export function toFloat64(numbers: FeedData): Float32Array | Float64Array {
  const kind = typedArrayKind(numbers);
  if (kind === 'Float32Array' || kind === 'Float64Array') return numbers as Float32Array | Float64Array;
  return isBig(numbers) ? fromBig(numbers, new Float64Array(numbers.length)) : new Float64Array(numbers);
}

function isBig(numbers: FeedData): numbers is BigIntegerArray {
  return typedArrayKind(numbers)?.startsWith('Big') ?? false;
}

const LOW_WORD = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

/**
 * By their halves, because each bigint of its own would be an object. A sum of both rounds once, and is exact wherever the
 * high half is no more than a sign or small.
 */
function fromBig<Result extends Float32Array | Float64Array>(numbers: BigIntegerArray, result: Result): Result {
  const { buffer, byteOffset, length } = numbers;
  const lows = new Uint32Array(buffer, byteOffset, 2 * length);
  const highs = typedArrayKind(numbers) === 'BigInt64Array' ? new Int32Array(buffer, byteOffset, 2 * length) : lows;
  for (let i = 0, low = LOW_WORD, high = 1 - LOW_WORD; i < length; i++, low += 2, high += 2) {
    result[i] = highs[high] * 2 ** 32 + lows[low];
  }
  return result;
}
