import { ArgumentError } from '../errors.js';
import { typedArrayKind } from '../values.js';
import { type FeedData, toFloat64 } from './feed-numbers.js';
import type { ElementType } from './onnx/types.js';

/** Types whose values are whole numbers; truth values are 0 and 1. */
export type WholeType = Exclude<ElementType, `float${number}` | 'bfloat16' | 'string'>;

const RANGES: Readonly<Record<WholeType, readonly [least: number, most: number]>> = {
  bool: [0, 1],
  uint8: [0, 2 ** 8 - 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint16: [0, 2 ** 16 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  // Their largest values, to the nearest number that there is.
  uint64: [0, 2 ** 64],
  int64: [-(2 ** 63), 2 ** 63],
};

/** The least and the largest value of a type of whole numbers; undefined for types that have fractions. */
export function integerRange(type: ElementType): readonly [least: number, most: number] | undefined {
  return (RANGES as Readonly<Record<string, readonly [number, number]>>)[type];
}

/** The types that have every value which a typed array can hold. */
const HOLDS: Readonly<Record<string, readonly string[]>> = {
  Uint8Array: ['uint8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64'],
  Int8Array: ['int8', 'int16', 'int32', 'int64'],
  Uint16Array: ['uint16', 'uint32', 'int32', 'uint64', 'int64'],
  Int16Array: ['int16', 'int32', 'int64'],
  Uint32Array: ['uint32', 'uint64', 'int64'],
  Int32Array: ['int32', 'int64'],
  BigUint64Array: ['uint64'],
  BigInt64Array: ['int64'],
};

/**
 * Refuses numbers that a type of whole numbers does not have: fractions, NaN, and what is out of its range.
 *
 * @param data An array that can hold nothing but the type's values is not looked through.
 * @throws ArgumentError
 */
export function checkWhole(context: string, type: string, data: FeedData): void {
  const range = integerRange(type as ElementType);
  if (range === undefined || HOLDS[typedArrayKind(data) ?? '']?.includes(type)) return;
  const [least, most] = range;
  const numbers = toFloat64(data);
  const at = firstOutside(numbers, least, most);
  if (at === -1) return;
  const values = type === 'bool' ? 'the whole numbers 0 and 1' : `whole numbers from ${least} to ${most}`;
  throw new ArgumentError(`${context}: type ${type} takes ${values}, but element ${at} is ${numbers[at]}`);
}

/** A plain loop: inputs may have millions of elements. */
function firstOutside(numbers: Float32Array | Float64Array, least: number, most: number): number {
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i];
    if (!(value >= least && value <= most && Math.floor(value) === value)) return i;
  }
  return -1;
}
