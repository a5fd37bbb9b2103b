import { ArgumentError } from '../../errors.js';

/** An axis that indices point into. */
export interface IndexedAxis {
  readonly operator: string;
  readonly length: number;
  /** Whether −1 is the last place, as in Python. */
  readonly countsFromEnd: boolean;
}

/** Whether every index is a whole number within the axis. */
export function arePlaces(indices: ArrayLike<number>, axis: IndexedAxis): boolean {
  return firstMisfit(indices, axis) < 0;
}

/**
 * Indices as places from 0 on.
 *
 * @throws ArgumentError for the first index that is not within the axis.
 */
export function placesOf(indices: ArrayLike<number>, axis: IndexedAxis): Int32Array {
  const { operator, length } = axis;
  const misfit = firstMisfit(indices, axis);
  if (misfit >= 0) {
    throw new ArgumentError(`${operator}: index ${indices[misfit]} is out of range for an axis of ${length}`);
  }
  return Int32Array.from(indices, (index) => (index < 0 ? index + length : index));
}

function firstMisfit(indices: ArrayLike<number>, { length, countsFromEnd }: IndexedAxis): number {
  const least = countsFromEnd ? -length : 0;
  for (let i = 0; i < indices.length; i++) {
    if (!(Number.isInteger(indices[i]) && indices[i] >= least && indices[i] < length)) return i;
  }
  return -1;
}
