import type { Options, Triple } from './types.js';

/** One axis of a sliding window. */
export interface AxisRule {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** Depth, height and width. */
export type Rules = readonly [AxisRule, AxisRule, AxisRule];

const WHOLE: AxisRule = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };

/** A number, or one an axis, as `rank` numbers. */
export function perAxis(value: unknown, rank: number, fallback: number): number[] {
  if (value === undefined) return new Array<number>(rank).fill(fallback);
  return typeof value === 'number' ? new Array<number>(rank).fill(value) : (value as number[]);
}

function sidesOf(padding: unknown, axis: number, reach: number): [number, number] {
  if (padding === undefined || padding === 'valid') return [0, 0];
  if (padding === 'same') return [Math.floor(reach / 2), Math.ceil(reach / 2)];
  const own = typeof padding === 'number' ? padding : (padding as (number | [number, number])[])[axis];
  return typeof own === 'number' ? [own, own] : own;
}

/** The rules of a `rank`-dimensional window, missing axes in front. */
export function readRules(rank: number, kernel: readonly number[], options: Options, strideIsKernel = false): Rules {
  const stride = perAxis(options.stride ?? (strideIsKernel ? kernel : 1), rank, 1);
  const dilation = perAxis(options.dilation, rank, 1);
  const own = kernel.map((size, axis): AxisRule => {
    const [before, after] = sidesOf(options.padding, axis, dilation[axis] * (size - 1));
    return { kernel: size, stride: stride[axis], dilation: dilation[axis], before, after };
  });
  return [...new Array<AxisRule>(3 - rank).fill(WHOLE), ...own] as unknown as Rules;
}

export function kernelOf(rules: Rules): Triple {
  return [rules[0].kernel, rules[1].kernel, rules[2].kernel];
}

/** Where a window's tap stands on the input, or −1 in the zero padding. */
export function sourceIndex(position: number, size: number, mode: unknown = 'zeros'): number {
  if (position >= 0 && position < size) return position;
  if (mode === 'reflect') return position < 0 ? -position : 2 * (size - 1) - position;
  if (mode === 'replicate') return position < 0 ? 0 : size - 1;
  if (mode === 'circular') return ((position % size) + size) % size;
  return -1;
}

export function outputSize(size: number, { kernel, stride, dilation, before, after }: AxisRule, ceil = false): number {
  const span = size + before + after - dilation * (kernel - 1) - 1;
  if (!ceil) return Math.floor(span / stride) + 1;
  const length = Math.ceil(span / stride) + 1;
  return (length - 1) * stride >= size + before ? length - 1 : length;
}
