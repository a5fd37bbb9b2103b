import type { SlotArray } from '../../program/program.js';

/** Values that lie `stride` apart, from `at` on. */
export interface Inputs {
  readonly x: SlotArray | Float64Array;
  readonly at: number;
  readonly stride: number;
}

/** The sum of `count` inputs, each with its weight, of which the first is `weights[first]`. */
export type Sum = (inputs: Inputs, weights: Float32Array, first: number, count: number) => number;

/** Of whole numbers: exact, since all of it stays below 2^53. */
export const wholeSum: Sum = ({ x, at, stride }, weights, first, count) => {
  let sum = 0;
  for (let t = 0, i = at; t < count; t++, i += stride) sum += weights[first + t] * x[i];
  return sum;
};

/** In float32, every product and every sum rounded. */
export const roundedSum: Sum = ({ x, at, stride }, weights, first, count) => {
  let sum = 0;
  for (let t = 0, i = at; t < count; t++, i += stride) sum = Math.fround(sum + Math.fround(weights[first + t] * x[i]));
  return sum;
};

/** OpenCV's, of whole numbers, for two taps: each product loses its last bits. */
export const linearSum: Sum = ({ x, at, stride }, weights, first, count) => {
  const product = (weight: number, value: number) => (weight * (value >> 4)) >> 16;
  const weight = weights[first];
  // One input twice, with the weights of both.
  if (count === 1) return product(weight, x[at]) + product((1 << 11) - weight, x[at]);
  let sum = 0;
  for (let t = 0, i = at; t < count; t++, i += stride) sum += product(weights[first + t], x[i]);
  return sum;
};
