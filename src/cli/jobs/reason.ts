import { ImageError } from '../../errors.js';
import { isError, messageOf } from '../../thrown.js';
import { isSystemError } from '../files/system-error.js';

/** Whether an error's text comes from the decoders, which share a place for it. */
export function mayBeMixed(error: unknown): boolean {
  return error instanceof ImageError && isError(error.cause) && !isSystemError(error.cause);
}

/** Why a file is no good, on one line, without its name, which stands beside it. The first line alone would hide the cause. */
export function reasonOf(error: unknown, file: string): string {
  const whole = error instanceof ImageError && isError(error.cause) ? error.cause : error;
  const message = messageOf(whole);
  const lines = message.split('\n').map((line) => line.trim());
  const text = [...new Set(lines.filter((line) => line !== ''))].join('; ').replace(/:$/, '');
  return text.startsWith(`${file}: `) ? text.slice(file.length + 2) : text;
}
