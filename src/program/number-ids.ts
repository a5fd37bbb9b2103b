import { hash } from 'node:crypto';
import { typedArrayKind } from '../values.js';

/** Numbers that never change. */
export type Numbers = Float32Array | Float64Array;

/** Longer lists are told apart by which array they are in; shorter ones by what they hold, wherever that came from. */
const MOST_READ = 4096;

const ids = new WeakMap<Numbers, string>();
let lastId = 0;

/** A text that only arrays of the same numbers have. Long arrays that were not named have one each. */
export function idOf(numbers: Numbers): string {
  let id = ids.get(numbers);
  if (id === undefined) {
    id = numbers.length <= MOST_READ ? contentId(numbers) : `#${++lastId}`;
    ids.set(numbers, id);
  }
  return id;
}

/** Says how numbers came about, so that they are the same ones should they be computed again. */
export function nameNumbers(numbers: Numbers, origin: string): void {
  ids.set(numbers, digest(origin));
}

/** What numbers are, as a short text; equal ones have equal texts. */
export function contentId(numbers: Numbers): string {
  const type = typedArrayKind(numbers) === 'Float32Array' ? 'f' : 'd';
  return `${type}${numbers.length}:${digest(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))}`;
}

function digest(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64');
}
