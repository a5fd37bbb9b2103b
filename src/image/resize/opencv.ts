import { repeatEdges, type Taps, withoutZeros } from './axis-table.js';

/** What OpenCV's INTER_LINEAR, INTER_CUBIC and INTER_LANCZOS4 weigh; 'areaUp' is INTER_AREA where an axis grows. */
export type OpencvFilter = 'bilinear' | 'bicubic' | 'lanczos' | 'areaUp';

/** How many taps each has. */
export const OPENCV_TAPS: Readonly<Record<OpencvFilter, number>> = { bilinear: 2, areaUp: 2, bicubic: 4, lanczos: 8 };

export interface OpencvAxis {
  readonly filter: OpencvFilter;
  readonly length: number;
  readonly outputs: number;
  /** Whether weights are whole numbers, for pixels of bytes. */
  readonly fixed: boolean;
  /** Whether rows are weighed, the second pass. */
  readonly down: boolean;
}

/** What stands for 1 in the step's arithmetics 'linear' and 'wide'. */
const ONE = 1 << 11;

/** Inputs that one output stands for. Two divisions, as OpenCV has them. */
export function opencvScale(length: number, outputs: number): number {
  return 1 / (outputs / length);
}

/**
 * The inputs of one output of an axis, as OpenCV's `resize` weighs them.
 *
 * @see https://github.com/opencv/opencv/blob/4.x/modules/imgproc/src/resize.cpp
 */
export function opencvTaps(axis: OpencvAxis, output: number): Taps {
  const { length, fixed, down } = axis;
  const { first, weights } = unquantized(axis, output);
  if (!fixed) return withoutZeros(repeatEdges(first, weights, length));
  // Two products of one row are not their sum once they are rounded: the step knows the second from the first.
  const twice = down && weights.length === 2 && (first < 0 || first >= length - 1);
  if (twice) return { first: Math.max(Math.min(first, length - 1), 0), weights: [toFixed(weights[0])] };
  return withoutZeros(repeatEdges(first, weights.map(toFixed), length));
}

function unquantized({ filter, length, outputs }: OpencvAxis, output: number): Taps {
  const scale = opencvScale(length, outputs);
  if (filter === 'areaUp') {
    const first = Math.floor(output * scale);
    const fraction = Math.fround(output + 1 - (first + 1) * (outputs / length));
    return linearTaps(first, fraction <= 0 ? 0 : fraction - Math.floor(fraction));
  }
  const place = Math.fround((output + 0.5) * scale - 0.5);
  const first = Math.floor(place);
  const fraction = Math.fround(place - first);
  if (filter === 'bilinear') return linearTaps(first, fraction);
  if (filter === 'bicubic') return { first: first - 1, weights: cubicWeights(fraction) };
  return { first: first - 3, weights: lanczosWeights(fraction) };
}

function linearTaps(first: number, fraction: number): Taps {
  return { first, weights: [Math.fround(1 - fraction), Math.fround(fraction)] };
}

/** Keys' cubic with a = −3/4, at 1 + x, x, 1 − x; the last is what is left of 1. Each operation in float32, as OpenCV has it. */
function cubicWeights(x: number): number[] {
  const { fround } = Math;
  const a = -0.75;
  const near = (d: number) => {
    const square = fround(fround(fround(fround((a + 2) * d) - (a + 3)) * d) * d);
    return fround(square + 1);
  };
  const d = fround(x + 1);
  const square = fround(fround(fround(a * d) - 5 * a) * d);
  const before = fround(fround(fround(square + 8 * a) * d) - 4 * a);
  const here = near(x);
  const after = near(fround(1 - x));
  return [before, here, after, fround(fround(fround(1 - before) - here) - after)];
}

/** Cosine and sine of 5πt/4, for each tap t. */
const TURNS: readonly (readonly [number, number])[] = [
  [1, 0],
  [-Math.SQRT1_2, -Math.SQRT1_2],
  [0, 1],
  [Math.SQRT1_2, -Math.SQRT1_2],
  [-1, 0],
  [Math.SQRT1_2, Math.SQRT1_2],
  [0, -1],
  [-Math.SQRT1_2, Math.SQRT1_2],
];

/**
 * Lanczos with four lobes, normalised: sin(πd) sin(πd/4) / d² up to a factor. As OpenCV rounds it: one sine, turned by 5π/4 from tap to
 * tap, in float64; each weight, their sum, and what a weight is multiplied by in float32.
 */
function lanczosWeights(x: number): number[] {
  if (x < 2 ** -23) return [0, 0, 0, 1, 0, 0, 0, 0];
  // A place a rounding error below a whole one: OpenCV divides 0 by 0 there.
  if (x === 1) return [0, 0, 0, 0, 1, 0, 0, 0];
  const begin = Math.fround(x + 3);
  const angle = -begin * Math.PI * 0.25;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const weights = TURNS.map(([cos, sin], t) => {
    const d = -Math.fround(begin - t) * Math.PI * 0.25;
    return Math.fround((cos * sine + sin * cosine) / (d * d));
  });
  const sum = weights.reduce((total, weight) => Math.fround(total + weight), 0);
  const share = Math.fround(1 / sum);
  return weights.map((weight) => Math.fround(weight * share));
}

/** Halves to even. */
function toFixed(weight: number): number {
  const scaled = Math.fround(weight * ONE);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  if (rest !== 0.5) return Math.round(scaled);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** INTER_AREA where an axis shrinks: each input by how much of it the output covers. */
export function areaTaps(length: number, outputs: number, output: number): Taps {
  const scale = opencvScale(length, outputs);
  const begin = output * scale;
  const end = begin + scale;
  const width = Math.min(scale, length - begin);
  const lastWhole = Math.min(Math.floor(end), length - 1);
  const firstWhole = Math.min(Math.ceil(begin), lastWhole);
  const weights = new Array<number>(lastWhole - firstWhole).fill(Math.fround(1 / width));
  // Slivers below a thousandth of an input do not count.
  const startsBetween = firstWhole - begin > 1e-3;
  if (startsBetween) weights.unshift(Math.fround((firstWhole - begin) / width));
  if (end - lastWhole > 1e-3) weights.push(Math.fround(Math.min(end - lastWhole, 1, width) / width));
  return { first: firstWhole - Number(startsBetween), weights };
}

/** INTER_NEAREST, which takes the corner of a pixel for its centre. */
export function opencvNearest(length: number, outputs: number): (output: number) => number {
  const scale = opencvScale(length, outputs);
  return (output) => Math.min(Math.floor(output * scale), length - 1);
}
