import { type Taps, withoutZeros } from './axis-table.js';

/** Filters of Pillow, by our names. */
export type PillowFilter = 'bilinear' | 'bicubic' | 'lanczos' | 'box' | 'hamming';

/** A filter, and how far from 0 it reaches. Both as Pillow has them. */
interface Filter {
  readonly support: number;
  readonly at: (x: number) => number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** Keys' cubic with a = −1/2. */
function cubic(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? -0.5 * (((d - 5) * d + 8) * d - 4) : 0;
}

/** Pillow writes these two in float32, and computes in float64. */
const [HAMMING_BASE, HAMMING_WAVE] = [Math.fround(0.54), Math.fround(0.46)];

function hamming(x: number): number {
  const d = Math.abs(x);
  return d < 1 ? sinc(d) * (HAMMING_BASE + HAMMING_WAVE * Math.cos(d * Math.PI)) : 0;
}

const FILTERS: Readonly<Record<PillowFilter, Filter>> = {
  // Half open, so that an input on the border counts once.
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(1 - Math.abs(x), 0) },
  hamming: { support: 1, at: hamming },
  bicubic: { support: 2, at: cubic },
  lanczos: { support: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** What stands for 1 in the step's arithmetic 'fixed': 32 bits less 8 of the pixel and 2 for sums beyond it. */
const ONE = 1 << 22;

export interface PillowAxis {
  readonly filter: PillowFilter;
  readonly length: number;
  readonly outputs: number;
  /** Whether the filter grows with the inputs that an output stands for. */
  readonly antialias: boolean;
  /** Whether weights are whole numbers, for pixels of bytes. */
  readonly fixed: boolean;
}

/**
 * The inputs of one output of a resampled axis, exactly as Pillow's `Image.resize` weighs them.
 *
 * @see https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c
 */
export function pillowTaps({ filter, length, outputs, antialias, fixed }: PillowAxis, output: number): Taps {
  const { support, at } = FILTERS[filter];
  const scale = length / outputs;
  const stretch = antialias ? Math.max(scale, 1) : 1;
  const center = (output + 0.5) * scale;
  const reach = support * stretch;
  const nearest = Math.min(Math.floor(center), length - 1);
  const first = Math.max(Math.trunc(center - reach + 0.5), 0);
  const end = Math.min(Math.trunc(center + reach + 0.5), length);
  const weights: number[] = [];
  let sum = 0;
  for (let x = first; x < end; x++) {
    const weight = at((x - center + 0.5) * (1 / stretch));
    weights.push(weight);
    sum += weight;
  }
  // A box narrower than an input, between two of them.
  if (sum === 0) return { first: nearest, weights: [fixed ? ONE : 1] };
  const normalized = weights.map((weight) => weight / sum);
  return withoutZeros({ first, weights: fixed ? normalized.map(toFixed) : normalized });
}

/** Halves away from zero. */
function toFixed(weight: number): number {
  return Math.trunc(weight * ONE + (weight < 0 ? -0.5 : 0.5));
}

/** No output has more taps. */
export function pillowMostTaps({ filter, length, outputs, antialias }: PillowAxis): number {
  const stretch = antialias ? Math.max(length / outputs, 1) : 1;
  return Math.min(Math.ceil(2 * FILTERS[filter].support * stretch) + 1, length);
}

/** The input of each output, asked for in their order, with Pillow's NEAREST, which adds up places instead of multiplying them. */
export function pillowNearest(length: number, outputs: number): (output: number) => number {
  const scale = length / outputs;
  let [at, place] = [0, scale * 0.5];
  return (output) => {
    for (; at < output; at++) place += scale;
    return Math.min(Math.trunc(place), length - 1);
  };
}
