import { ShapeError } from '../errors.js';
import { elementCount, formatShape, type Shape } from '../shape.js';
import type { Sides } from './axes.js';
import { planConv } from './conv.js';
import { readWord } from './options.js';
import type { Plan } from './plan.js';

const MODES = ['full', 'same', 'valid'] as const;

/** 'full': every overlap. 'same': as large as f, the middle of 'full'. 'valid': complete overlaps only. */
export type ConvolveMode = (typeof MODES)[number];

/** Names of the options of convolve and correlate. */
export const CONVOLVE_KEYS = ['mode', 'out'] as const;

/** A convolution of two signals or two images. */
export interface ConvolvePlan {
  /** A convolution of one channel with one filter. */
  readonly plan: Plan<'conv'>;
  /** Whether g is the signal and f the filter that slides over it. */
  readonly swapped: boolean;
}

/**
 * Lowers scipy's convolve and correlate to one convolution; who calls turns the signals round.
 *
 * @throws ShapeError, ArgumentError
 * @see scipy.signal.convolve, scipy.signal.correlate
 */
export function planConvolve(operator: string, f: Shape, g: Shape, modeGiven: unknown): ConvolvePlan {
  const mode = readWord(`${operator}: mode`, modeGiven, MODES, 'full');
  const rank = f.length;
  if ((rank !== 1 && rank !== 2) || g.length !== rank || f.includes(0) || g.includes(0)) {
    throw new ShapeError(
      `${operator}: f and g must both be 1-D or both 2-D and not empty, but got shapes ${formatShape(f)} and ${formatShape(g)}`,
    );
  }
  const swapped = swapNeeded(operator, mode, f, g);
  const [signal, filter] = swapped ? [g, f] : [f, g];
  const shapes = { x: [1, ...signal], weight: [1, 1, ...filter] };
  const plan = planConv(operator, rank, shapes, { padding: filter.map((k) => PADDING[mode](k)) });
  return { plan: { ...plan, outputShape: Object.freeze(plan.outputShape.slice(1)) }, swapped };
}

/** Padding of the signal for a filter of k taps. Where 'full' has an odd rest, 'same' starts later. */
const PADDING: Record<ConvolveMode, (taps: number) => Sides> = {
  full: (taps) => [taps - 1, taps - 1],
  same: (taps) => [Math.ceil((taps - 1) / 2), Math.floor((taps - 1) / 2)],
  valid: () => [0, 0],
};

/**
 * 'valid' needs one that contains the other. 'full' slides the smaller over the larger, which is
 * less work and makes `convolve` commute exactly. 'same' has the size of f, whichever is larger.
 */
function swapNeeded(operator: string, mode: ConvolveMode, f: Shape, g: Shape): boolean {
  if (mode === 'same') return false;
  if (mode === 'full') return elementCount(g, operator) > elementCount(f, operator);
  if (f.every((extent, axis) => extent >= g[axis])) return false;
  if (g.every((extent, axis) => extent >= f[axis])) return true;
  throw new ShapeError(
    `${operator}: For 'valid' mode, one must be at least as large as the other in every dimension, but got shapes ` +
      `${formatShape(f)} and ${formatShape(g)}`,
  );
}
