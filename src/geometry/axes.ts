import { ArgumentError, ShapeError } from '../errors.js';
import { MAX_ELEMENTS } from '../shape.js';
import { describe } from '../values.js';

/** Number of spatial axes of an operator: 1, 2 or 3. */
export type Rank = 1 | 2 | 3;

/** One value for every spatial axis, or one an axis: [w], [h, w] or [d, h, w]. */
export type PerAxis<R extends Rank, T = number> =
  | T
  | (R extends 1 ? readonly [T] : R extends 2 ? readonly [T, T] : readonly [T, T, T]);

/** Zeros before and after one axis. */
export type Sides = readonly [before: number, after: number];

/** The same padding on both sides, or [before, after] for each axis. */
export type SidedPadding<R extends Rank> =
  | PerAxis<R>
  | (R extends 1 ? readonly [Sides] : R extends 2 ? readonly [Sides, Sides] : readonly [Sides, Sides, Sides]);

/** 'same' keeps the input's extents (with stride 1); 'valid' is no padding. */
export type Padding<R extends Rank> = SidedPadding<R> | 'same' | 'valid';

const AXIS_NAMES = ['depth', 'height', 'width'] as const;

function axisNames(rank: Rank): string {
  return AXIS_NAMES.slice(3 - rank).join(', ');
}

/**
 * An integer that fits the native core.
 *
 * @throws ArgumentError where it is no number at all; ShapeError where it is fractional, NaN or beyond ±(2^31 − 1).
 */
export function readInteger(context: string, value: unknown): number {
  if (typeof value !== 'number') {
    throw new ArgumentError(`${context} must be an integer, but got ${describe(value)}`);
  }
  if (!Number.isInteger(value)) {
    throw new ShapeError(`${context} must be an integer, but got ${value}`);
  }
  if (Math.abs(value) > MAX_ELEMENTS) {
    throw new ShapeError(`${context} must lie within ±(2^31 - 1), but got ${value}`);
  }
  return value;
}

/** One integer an axis. `fallback` stands in for undefined. */
export function readPerAxis(
  context: string,
  value: unknown,
  rank: Rank,
  fallback?: number | readonly number[],
): readonly number[] {
  const given = value === undefined ? fallback : value;
  if (typeof given === 'number') return new Array<number>(rank).fill(readInteger(context, given));
  return readList(context, given, rank).map((item) => readInteger(context, item));
}

/** Like readPerAxis, where null means that the axis keeps its size, `kept`. */
export function readOutputSize(context: string, value: unknown, kept: readonly number[]): readonly number[] {
  const rank = kept.length as Rank;
  const list =
    typeof value === 'number' || value === null ? new Array(rank).fill(value) : readList(context, value, rank);
  return list.map((item, axis) => (item === null ? (kept[axis] as number) : readInteger(context, item)));
}

/** Padding before and after each axis; not yet checked for sign. */
export function readSides(context: string, value: unknown, rank: Rank): readonly Sides[] {
  const given = value ?? 0;
  if (typeof given === 'number') {
    const same = readInteger(context, given);
    return new Array<Sides>(rank).fill([same, same]);
  }
  return readList(context, given, rank).map((item): Sides => {
    if (!Array.isArray(item)) {
      const same = readInteger(context, item);
      return [same, same];
    }
    if (item.length !== 2) {
      throw new ArgumentError(`${context}: an axis takes one number or [before, after], but got ${describe(item)}`);
    }
    return [readInteger(context, item[0]), readInteger(context, item[1])];
  });
}

function readList(context: string, value: unknown, rank: Rank): readonly unknown[] {
  if (Array.isArray(value) && value.length === rank) return value;
  throw new ArgumentError(`${context} must be an integer or [${axisNames(rank)}], but got ${describe(value)}`);
}
