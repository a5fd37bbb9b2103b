import type { BinaryGeometry, ChannelGeometry } from '../../geometry/records.js';
import { MOST_AXES } from '../../geometry/records.js';
import { denseStrides, walkOf } from '../../geometry/walk.js';

/** How an operand of a binary step is walked: value by value, one value for all, or one for each channel. */
export type Repetition = 'dense' | 'scalar' | 'channels';

type Prefix = 'size' | 'a' | 'b';

function field(geometry: BinaryGeometry, prefix: Prefix): number[] {
  const record: Readonly<Record<string, number>> = geometry;
  return Array.from({ length: MOST_AXES }, (_, axis) => record[`${prefix}${axis}`]);
}

/** What an operand's strides mean for values [outer, channels, inner]; undefined for anything else. */
export function repetitionOf(
  geometry: BinaryGeometry,
  operand: 'a' | 'b',
  { outer, channels, inner }: ChannelGeometry,
): Repetition | undefined {
  const [sizes, strides] = [field(geometry, 'size'), field(geometry, operand)];
  if (isDense(sizes, strides)) return 'dense';
  if (strides.every((stride, axis) => stride === 0 || sizes[axis] === 1)) return 'scalar';
  const shape = [outer, channels, inner];
  const other = walkOf('binary', { sizes: shape, strides: [denseStrides(shape), [0, 1, 0]] });
  const same = other.sizes.every((size, axis) => size === sizes[axis]);
  return same && other.strides[1].every((stride, axis) => stride === strides[axis] || sizes[axis] === 1)
    ? 'channels'
    : undefined;
}

/** Whether both operands are walked value by value. */
export function isElementwise(geometry: BinaryGeometry): boolean {
  const sizes = field(geometry, 'size');
  return isDense(sizes, field(geometry, 'a')) && isDense(sizes, field(geometry, 'b'));
}

/** Number of results. */
export function resultSize(geometry: BinaryGeometry): number {
  return field(geometry, 'size').reduce((product, size) => product * size, 1);
}

function isDense(sizes: readonly number[], strides: readonly number[]): boolean {
  const dense = denseStrides(sizes);
  return strides.every((stride, axis) => sizes[axis] === 1 || stride === dense[axis]);
}
