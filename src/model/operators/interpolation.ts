import type { NodeContext } from '../specialise/node-context.js';
import { type AxisResize, type CoordinateMode, positionOf } from './resize-positions.js';

export const NEAREST_MODES = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

/** How a resized axis mixes inputs, wherever its outputs lie. */
export interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: CoordinateMode;
  /** The last one is for what came before opset 11: up where the axis shrinks, else down. */
  readonly nearest: (typeof NEAREST_MODES)[number] | 'ceil_where_shrinking';
  readonly cubicA: number;
  readonly excludeOutside: boolean;
  readonly antialias: boolean;
  /** What lies outside the input, for tf_crop_and_resize; elsewhere the edge goes on. */
  readonly extrapolation: number | undefined;
}

/** y[j] = offset[j] + Σ weights[j·taps + t] · x[indices[j·taps + t]] */
export interface ResampleTable {
  readonly taps: number;
  readonly indices: Float32Array;
  readonly weights: Float32Array;
  readonly offset: Float32Array | undefined;
}

/** How many inputs an output mixes: many, where an antialiased one is much smaller than the input. */
export function tapsOf({ scale }: AxisResize, how: Interpolation): number {
  return how.mode === 'nearest' ? 1 : kernelOf(how, scale.value).taps;
}

export function resampleTable(node: NodeContext, axis: AxisResize, how: Interpolation): ResampleTable {
  const { input, output } = axis;
  const kernel = how.mode === 'nearest' ? undefined : kernelOf(how, axis.scale.value);
  const taps = kernel?.taps ?? 1;
  const indices = new Float32Array(output * taps);
  const weights = new Float32Array(output * taps);
  const offset = how.extrapolation === undefined ? undefined : new Float32Array(output);
  for (let j = 0; j < output; j++) {
    const position = positionOf(j, axis, how.coordinates);
    if (offset !== undefined && !(position >= 0 && position <= input - 1)) {
      offset[j] = how.extrapolation as number;
      continue;
    }
    const place = j * taps;
    if (kernel !== undefined) mix(position, kernel, input, how, { indices, weights, place });
    else {
      indices[place] = nearestTo(position, how.nearest, axis.scale.value);
      weights[place] = 1;
    }
  }
  for (let i = 0; i < indices.length; i++) indices[i] = Math.min(input - 1, Math.max(0, indices[i]));
  if (!indices.every(Number.isFinite)) node.fail('its scales or sizes give no finite coordinates');
  return { taps, indices, weights, offset };
}

/**
 * Places of a scale that was meant to be a ratio miss a half by float32's rounding, and are taken for it, as in onnxruntime.
 * Quotients of whole numbers come so near to a half only where they are one, up to half a million values an axis.
 */
const NEAR_HALF = 1e-6;

function nearestTo(position: number, mode: Interpolation['nearest'], scale: number): number {
  const below = Math.floor(position);
  const beyondHalf = position - below - 0.5;
  switch (mode) {
    case 'round_prefer_floor':
      return beyondHalf > NEAR_HALF ? below + 1 : below;
    case 'round_prefer_ceil':
      return beyondHalf >= -NEAR_HALF ? below + 1 : below;
    case 'floor':
      return below;
    case 'ceil':
      return Math.ceil(position);
    case 'ceil_where_shrinking':
      return scale < 1 ? Math.ceil(position) : below;
  }
}

/** A function of the distance to an input, which reaches `taps` inputs from `first` on, counted from the one before. */
interface Kernel {
  readonly first: number;
  readonly taps: number;
  weight(distance: number): number;
}

/** Antialiased kernels are as much wider as the input is denser than the output. */
function kernelOf({ mode, cubicA, antialias }: Interpolation, scale: number): Kernel {
  const squeeze = antialias ? Math.min(scale, 1) : 1;
  const reach = mode === 'linear' ? 1 : 2;
  const first = Math.floor(-reach / squeeze) + 1;
  const shape = mode === 'linear' ? hat : (distance: number) => cubic(distance, cubicA);
  return { first, taps: 2 - 2 * first, weight: (distance) => shape(Math.abs(distance) * squeeze) };
}

function hat(distance: number): number {
  return Math.max(0, 1 - distance);
}

/** Keys, "Cubic Convolution Interpolation for Digital Image Processing" (1981). */
function cubic(x: number, a: number): number {
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/** Where an output's inputs and weights go. */
interface TableRow {
  readonly indices: Float32Array;
  readonly weights: Float32Array;
  readonly place: number;
}

function mix(
  position: number,
  kernel: Kernel,
  input: number,
  { excludeOutside, antialias }: Interpolation,
  { indices, weights, place }: TableRow,
): void {
  const first = Math.floor(position) + kernel.first;
  const weightOf = (index: number) =>
    excludeOutside && (index < 0 || index >= input) ? 0 : kernel.weight(index - position);
  let total = 1;
  if (excludeOutside || antialias) {
    total = 0;
    for (let t = 0; t < kernel.taps; t++) total += weightOf(first + t);
  }
  for (let t = 0; t < kernel.taps; t++) {
    indices[place + t] = first + t;
    weights[place + t] = weightOf(first + t) / total;
  }
}
