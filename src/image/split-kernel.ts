import type { KernelRows } from './read-kernel.js';

/** What a kernel may be off from the product, as a share of its largest weight: half a step of float32. */
const TOLERANCE = 2 ** -24;

/** Products that a split must save, two for one: the sums in between are written and read once more. */
const SAVINGS = 2;

/** A kernel as a column times a row. */
export interface SplitKernel {
  readonly rows: Float32Array;
  readonly columns: Float32Array;
}

/** undefined where the kernel is no such product, or so small that splitting it would save nothing. */
export function splitKernel({ size: [height, width], weights }: KernelRows): SplitKernel | undefined {
  if (height * width < SAVINGS * (height + width)) return undefined;
  const pivot = largestPlace(weights);
  const most = Math.abs(weights[pivot]);
  if (most === 0) return undefined;
  const pivotColumn = pivot % width;
  const pivotRow = pivot - pivotColumn;
  // The column's largest weight is 1, so that neither factor leaves float32's range where the kernel does not.
  const rows = Array.from({ length: height }, (_, i) => weights[i * width + pivotColumn] / weights[pivot]);
  const columns = Array.from({ length: width }, (_, j) => weights[pivotRow + j]);
  const off = weights.some(
    (weight, i) => Math.abs(weight - rows[Math.floor(i / width)] * columns[i % width]) > most * TOLERANCE,
  );
  return off ? undefined : { rows: Float32Array.from(rows), columns: Float32Array.from(columns) };
}

function largestPlace(weights: readonly number[]): number {
  let place = 0;
  for (let i = 1; i < weights.length; i++) if (Math.abs(weights[i]) > Math.abs(weights[place])) place = i;
  return place;
}
