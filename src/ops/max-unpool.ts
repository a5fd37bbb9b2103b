import { ArgumentError, ShapeError } from '../errors.js';
import type { PerAxis, Rank } from '../geometry/axes.js';
import { MAX_UNPOOL_KEYS, type MaxUnpoolGeometryOptions, planMaxUnpool } from '../geometry/max-unpool.js';
import { readOptions } from '../geometry/options.js';
import type { MaxUnpoolGeometry } from '../geometry/records.js';
import { formatShape } from '../shape.js';
import { checkFixedBuffer, coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { describe, typedArrayKind } from '../values.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';

/** Options of max unpooling over R spatial axes. */
export interface MaxUnpoolOptions<R extends Rank> extends MaxUnpoolGeometryOptions<R>, OutOption {}

/**
 * Puts maxima back where `maxPool1d` found them, zeros elsewhere: [N, C, L] or [C, L].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.MaxUnpool1d
 */
export function maxUnpool1d(
  x: TensorLike,
  indices: Int32Array,
  kernelSize: PerAxis<1>,
  options?: MaxUnpoolOptions<1>,
): Tensor {
  return run(prepare({ operator: 'maxUnpool1d', rank: 1, x, indices, kernelSize }, options)).output;
}

/** `maxUnpool1d` off the event loop; errors reject the promise. */
export async function maxUnpool1dAsync(
  x: TensorLike,
  indices: Int32Array,
  kernelSize: PerAxis<1>,
  options?: MaxUnpoolOptions<1> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('maxUnpool1d', options, (given) =>
      prepare({ operator: 'maxUnpool1d', rank: 1, x, indices, kernelSize }, given),
    )
  ).output;
}

/**
 * Puts maxima back where `maxPool2d` found them, zeros elsewhere: [N, C, H, W] or [C, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.MaxUnpool2d
 */
export function maxUnpool2d(
  x: TensorLike,
  indices: Int32Array,
  kernelSize: PerAxis<2>,
  options?: MaxUnpoolOptions<2>,
): Tensor {
  return run(prepare({ operator: 'maxUnpool2d', rank: 2, x, indices, kernelSize }, options)).output;
}

/** `maxUnpool2d` off the event loop; errors reject the promise. */
export async function maxUnpool2dAsync(
  x: TensorLike,
  indices: Int32Array,
  kernelSize: PerAxis<2>,
  options?: MaxUnpoolOptions<2> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('maxUnpool2d', options, (given) =>
      prepare({ operator: 'maxUnpool2d', rank: 2, x, indices, kernelSize }, given),
    )
  ).output;
}

/**
 * Puts maxima back where `maxPool3d` found them, zeros elsewhere: [N, C, D, H, W] or [C, D, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.MaxUnpool3d
 */
export function maxUnpool3d(
  x: TensorLike,
  indices: Int32Array,
  kernelSize: PerAxis<3>,
  options?: MaxUnpoolOptions<3>,
): Tensor {
  return run(prepare({ operator: 'maxUnpool3d', rank: 3, x, indices, kernelSize }, options)).output;
}

/** `maxUnpool3d` off the event loop; errors reject the promise. */
export async function maxUnpool3dAsync(
  x: TensorLike,
  indices: Int32Array,
  kernelSize: PerAxis<3>,
  options?: MaxUnpoolOptions<3> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('maxUnpool3d', options, (given) =>
      prepare({ operator: 'maxUnpool3d', rank: 3, x, indices, kernelSize }, given),
    )
  ).output;
}

/** Arguments before anything is checked. */
interface Arguments {
  readonly operator: string;
  readonly rank: Rank;
  readonly x: unknown;
  readonly indices: unknown;
  readonly kernelSize: unknown;
}

function prepare({ operator, rank, kernelSize, ...given }: Arguments, options: unknown): OperatorCall {
  const checked = readOptions(operator, options, MAX_UNPOOL_KEYS);
  const x = coerceTensor(given.x, `${operator}: x`);
  const plan = planMaxUnpool({ operator, rank, x: x.shape, kernelSize }, checked);
  const indices = readIndices(operator, given.indices, x);
  checkRange(operator, indices, plan.geometry);
  return { operator, plan, operands: { x, indices }, out: checked.out };
}

function readIndices(operator: string, indices: unknown, x: Tensor): Int32Array {
  if (typedArrayKind(indices) !== 'Int32Array') {
    throw new ArgumentError(
      `${operator}: indices must be the Int32Array of a max pooling with returnIndices, but got ${describe(indices)}`,
    );
  }
  const array = indices as Int32Array;
  checkFixedBuffer(array, `${operator}: indices`);
  if (array.length !== x.size) {
    throw new ShapeError(
      `${operator}: Expected shape of indices to be same as that of the input tensor, one for each of its ` +
        `${x.size} elements (${formatShape(x.shape)}), but got ${array.length}`,
    );
  }
  return array;
}

/** Backends check again before they write; here the message can be the same for all of them. */
function checkRange(operator: string, indices: Int32Array, geometry: MaxUnpoolGeometry): void {
  const { outputDepth, outputHeight, outputWidth } = geometry;
  const volume = outputDepth * outputHeight * outputWidth;
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= 0 && indices[i] < volume) continue;
    throw new ShapeError(
      `${operator}: Found an invalid max index: ${indices[i]} at position ${i} (output volumes have ${volume} elements)`,
    );
  }
}
