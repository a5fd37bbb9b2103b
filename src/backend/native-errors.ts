import { ArgumentError, NativeError } from '../errors.js';

/** What an error of the addon is to a user. Errors that are not the addon's own are returned as they are. */
export function fromNative(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code !== 'ERR_NATIVE' && error.code !== 'ERR_CANCELLED') return error;
  // The one thing about values, not shapes, that can be wrong with a run: indices from the user.
  if (/^(maxUnpool|gather|resample):/.test(error.message)) return new ArgumentError(error.message);
  return new NativeError(error.message, { cause: error });
}
