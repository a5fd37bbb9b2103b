/**
 * The sizes at which kernels change their path: vectors have 4, 8 or 16 lanes, a panel of output
 * channels 1 to 4 vectors, a tile 3 to 28 pixels. Tables straddle every one of these edges.
 */

/** Output channels around every panel of 1 to 4 vectors, for every vector. */
export const OUTPUT_CHANNELS = [
  1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65,
];

/** Input channels around every vector and its multiples. */
export const INPUT_CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33, 40, 48, 65];

/** Output widths around the pixel tiles 3, 4, 6, 9, 14 and 28. */
export const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 24, 27, 28, 29, 33];

/** [height, width] of planes that are awkward to cut. */
export const PLANES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 2],
  [2, 1],
  [2, 2],
  [1, 17],
  [19, 1],
  [3, 3],
  [7, 7],
  [14, 14],
  [5, 31],
];

/** Kernel sizes, square and not, odd and even. */
export const KERNELS: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 6],
  [7, 7],
  [1, 3],
  [3, 1],
  [1, 7],
  [2, 3],
  [4, 1],
];

/** Element `i` of a list that goes round. */
export function pick<T>(list: readonly T[], i: number): T {
  return list[i % list.length];
}
