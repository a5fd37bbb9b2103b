import type { ArrayType } from '../backend/backend.js';
import { activeBackend } from '../backend/select.js';
import { ArgumentError, NativeError, ShapeError } from '../errors.js';
import type { SlotArray } from '../program/program.js';
import { elementCount, formatShape, type Shape, sameShape } from '../shape.js';
import { coerceTensor, Tensor } from '../tensor.js';

/** A tensor that may be left out, as undefined or null. */
export function optionalTensor(value: unknown, context: string): Tensor | undefined {
  return value === undefined || value === null ? undefined : coerceTensor(value, context);
}

/**
 * The tensor that a caller wants the result in.
 *
 * @throws ShapeError where its shape is not the output's; ArgumentError where it shares memory with an input.
 */
export function readOut(
  operator: string,
  out: unknown,
  shape: Shape,
  inputs: readonly (Tensor | Int32Array)[],
): Tensor {
  const tensor = coerceTensor(out, `${operator}: out`);
  if (!sameShape(tensor.shape, shape)) {
    throw new ShapeError(
      `${operator}: out must have the output's shape ${formatShape(shape)}, but got ${formatShape(tensor.shape)}`,
    );
  }
  for (const input of inputs) {
    if (overlap(tensor.data, input instanceof Tensor ? input.data : input)) {
      throw new ArgumentError(`${operator}: out must not overlap an input in memory; give it a buffer of its own`);
    }
  }
  return tensor;
}

/** Whether two arrays share memory. */
export function overlap(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return (
    a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
  );
}

/**
 * An array for a result, whose contents are unspecified.
 *
 * @throws NativeError where the machine has no room for it; what the choice of a backend throws, where this is the first.
 */
export function allocate<T extends SlotArray>(operator: string, shape: Shape, type: ArrayType<T>): T {
  const size = elementCount(shape, operator);
  const backend = activeBackend();
  try {
    return backend.allocate(type, size);
  } catch (error) {
    throw new NativeError(`${operator}: no memory for ${size} elements of an output of shape ${formatShape(shape)}`, {
      cause: error,
    });
  }
}
