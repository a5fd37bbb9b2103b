import { ArgumentError } from '../errors.js';
import type { AbortSignal } from '../platform.js';
import { describe } from '../values.js';

/** @throws ArgumentError, which names `caller`, where `signal` is neither undefined nor an AbortSignal. */
export function readSignal(caller: string, signal: unknown): AbortSignal | undefined {
  if (signal === undefined || isSignal(signal)) return signal;
  const hint = hasSignal(signal) ? '; give its signal: { signal: controller.signal }' : '';
  throw new ArgumentError(`${caller}: signal must be an AbortSignal, but got ${describe(signal)}${hint}`);
}

function hasSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'signal' in value && isSignal(value.signal);
}

/** By its looks, so that another realm's signal will do. */
export function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}
