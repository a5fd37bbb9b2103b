import { ShapeError } from '../errors.js';
import { type PerAxis, readPerAxis } from '../geometry/axes.js';
import { LARGEST_KERNEL_SIDE } from '../geometry/records.js';

/** Rows and columns of a window: one number for both, or [height, width]. */
export type KernelSize = PerAxis<2>;

/** @throws ShapeError where a side is not from 1 to LARGEST_KERNEL_SIDE; ArgumentError */
export function readKernelSize(context: string, value: unknown, fallback?: number): readonly [number, number] {
  const [height, width] = readPerAxis(context, value, 2, fallback);
  for (const side of [height, width]) checkSide(context, side);
  return [height, width];
}

/** The same, both odd. */
export function readOddSize(context: string, value: unknown, fallback?: number): readonly [number, number] {
  const size = readKernelSize(context, value, fallback);
  const even = size.find((side) => side % 2 === 0);
  if (even !== undefined) throw new ShapeError(`${context} must be odd, so that it has a middle, but got ${even}`);
  return size;
}

export function checkSide(context: string, side: number): void {
  if (side >= 1 && side <= LARGEST_KERNEL_SIDE) return;
  throw new ShapeError(`${context} must be from 1 to ${LARGEST_KERNEL_SIDE}, but got ${side}`);
}

/** Weights of the largest kernel that a size alone makes: a square of 4095. */
const MOST_WEIGHTS = 2 ** 24;

/** For kernels whose weights are all written down. @throws ShapeError */
export function checkWeights(context: string, [height, width]: readonly [number, number]): void {
  if (height * width <= MOST_WEIGHTS) return;
  throw new ShapeError(`${context}: ${height} × ${width} weights are more than 2^24`);
}
