import { ArgumentError, ShapeError } from './errors.js';
import { describe, typedArrayKind } from './values.js';

/** Sizes of a tensor's axes, outermost first. */
export type Shape = readonly number[];

/** A tensor has at most 2^31 − 1 elements, so that every offset fits the native core's integers. */
export const MAX_ELEMENTS = 2 ** 31 - 1;

/** As PyTorch prints a size: `[6, 4, 3, 3]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** As PyTorch prints the extents of a volume: `(2 x 2)`. */
export function formatExtents(extents: readonly number[], separator = ' x '): string {
  return `(${extents.join(separator)})`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * Number of elements of a shape.
 *
 * @throws ShapeError where `context` would have more than 2^31 − 1 of them.
 */
export function elementCount(shape: Shape, context: string): number {
  let count = 1;
  for (const size of shape) count *= size;
  if (Number.isNaN(count)) return 0; // 0 × ∞: an empty tensor with absurd other axes
  if (count > MAX_ELEMENTS && !shape.includes(0)) {
    throw new ShapeError(
      `${context}: a tensor of shape ${formatShape(shape)} would have ${count} elements, ` +
        `but a tensor is limited to 2^31 - 1 elements`,
    );
  }
  return count;
}

/** @throws ShapeError where so many values need more bytes than a tensor may have. */
export function checkTensorBytes(
  context: string,
  size: number,
  { bytesPerValue, mostBytes }: { readonly bytesPerValue: number; readonly mostBytes: number },
): void {
  if (size * bytesPerValue <= mostBytes) return;
  throw new ShapeError(
    `${context}: a tensor of ${size} values needs ${size * bytesPerValue} bytes, but may have ${mostBytes} ` +
      '(the option maxTensorBytes of loadModel)',
  );
}

/**
 * A frozen copy of `value` as a shape.
 *
 * @throws ArgumentError where it is no array of numbers; ShapeError where a number is no size.
 */
export function readShape(value: unknown, context: string): Shape {
  if (!Array.isArray(value) && !isIndexArray(value)) {
    throw new ArgumentError(`${context}: a shape must be an array of sizes, but got ${describe(value)}`);
  }
  const shape = Array.from(value as ArrayLike<unknown>);
  for (const size of shape) {
    if (typeof size !== 'number') {
      throw new ArgumentError(`${context}: a shape holds numbers, but got ${describe(size)}`);
    }
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new ShapeError(
        `${context}: sizes must be non-negative integers, but got shape ${formatShape(shape as Shape)}`,
      );
    }
  }
  return Object.freeze(shape as number[]);
}

function isIndexArray(value: unknown): boolean {
  return ['Int32Array', 'Uint32Array'].includes(typedArrayKind(value) ?? '');
}
