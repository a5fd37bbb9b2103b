import { types } from 'node:util';

/** An error of any realm: Node's own and the addon's are of another one than the code of a test in Jest. */
export function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || thrown instanceof Error;
}

/** What was thrown, in words: its message, whatever it is. */
export function messageOf(thrown: unknown): string {
  return isError(thrown) ? thrown.message : String(thrown);
}

/** V8's, of any realm, where there is no memory for an array. */
export function isRangeError(thrown: unknown): thrown is RangeError {
  return isError(thrown) && thrown.name === 'RangeError';
}
