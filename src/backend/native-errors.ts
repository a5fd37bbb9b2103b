import { ArgumentError, NativeError } from '../errors.js';
import { isError } from '../thrown.js';
import { markFailedStep } from './failed-step.js';

/** What an error of the addon is to a user. Errors that are not the addon's own are returned as they are. */
export function fromNative(error: unknown): unknown {
  if (!isError(error) || !('code' in error)) return error;
  if (error.code !== 'ERR_NATIVE' && error.code !== 'ERR_CANCELLED') return error;
  const [prefix, step] = /^step (\d+): /.exec(error.message) ?? ['', undefined];
  const failure = inWords(error, error.message.slice(prefix.length));
  return step === undefined ? failure : markFailedStep(failure, Number(step));
}

function inWords(error: Error, message: string): Error {
  // The one thing about values, not shapes, that can be wrong with a run: indices from the user.
  if (/^(maxUnpool|gather|resample):/.test(message)) return new ArgumentError(message);
  return new NativeError(message, { cause: error });
}
