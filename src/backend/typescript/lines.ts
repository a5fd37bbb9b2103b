import type { SoftmaxGeometry } from '../../geometry/records.js';

/** `length` values, `stride` apart. */
export interface Line {
  readonly start: number;
  readonly stride: number;
  readonly length: number;
}

/** Visits every line along the middle axis of [outer, length, inner]. */
export function eachLine({ outer, length, inner }: SoftmaxGeometry, visit: (line: Line) => void): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) visit({ start: o * length * inner + i, stride: inner, length });
  }
}

/** NaN where there is one. */
export function largestOf(x: Float32Array, { start, stride, length }: Line): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < length; k++) max = Math.max(max, x[start + k * stride]);
  return max;
}
