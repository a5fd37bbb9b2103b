import type { PerAxis, Rank } from '../geometry/axes.js';
import { readFlag, readOptions } from '../geometry/options.js';
import { MAX_POOL_KEYS, type MaxPoolGeometryOptions, planMaxPool } from '../geometry/pool.js';
import { coerceTensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';
import { type IndicesOption, type Pooled, pooled } from './pooled.js';

/** Options of max pooling over R spatial axes. */
export interface MaxPoolOptions<R extends Rank, Indices extends boolean = boolean>
  extends MaxPoolGeometryOptions<R>,
    IndicesOption<Indices>,
    OutOption {}

/**
 * 1-D max pooling: [N, C, L] or [C, L].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.max_pool1d
 */
export function maxPool1d<Indices extends boolean = false>(
  x: TensorLike,
  kernelSize: PerAxis<1>,
  options?: MaxPoolOptions<1, Indices>,
): Pooled<Indices> {
  return pooled<Indices>(run(prepareMaxPool('maxPool1d', 1, x, kernelSize, options)));
}

/** `maxPool1d` off the event loop; errors reject the promise. */
export async function maxPool1dAsync<Indices extends boolean = false>(
  x: TensorLike,
  kernelSize: PerAxis<1>,
  options?: MaxPoolOptions<1, Indices> & AsyncOptions,
): Promise<Pooled<Indices>> {
  return pooled<Indices>(
    await runAsync('maxPool1d', options, (given) => prepareMaxPool('maxPool1d', 1, x, kernelSize, given)),
  );
}

/**
 * 2-D max pooling: [N, C, H, W] or [C, H, W]. A window with NaN gives NaN; ties give the first index.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.max_pool2d
 * @example
 * const { output, indices } = maxPool2d(x, 2, { returnIndices: true });
 * maxUnpool2d(output, indices, 2);
 */
export function maxPool2d<Indices extends boolean = false>(
  x: TensorLike,
  kernelSize: PerAxis<2>,
  options?: MaxPoolOptions<2, Indices>,
): Pooled<Indices> {
  return pooled<Indices>(run(prepareMaxPool('maxPool2d', 2, x, kernelSize, options)));
}

/** `maxPool2d` off the event loop; errors reject the promise. */
export async function maxPool2dAsync<Indices extends boolean = false>(
  x: TensorLike,
  kernelSize: PerAxis<2>,
  options?: MaxPoolOptions<2, Indices> & AsyncOptions,
): Promise<Pooled<Indices>> {
  return pooled<Indices>(
    await runAsync('maxPool2d', options, (given) => prepareMaxPool('maxPool2d', 2, x, kernelSize, given)),
  );
}

/**
 * 3-D max pooling: [N, C, D, H, W] or [C, D, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.max_pool3d
 */
export function maxPool3d<Indices extends boolean = false>(
  x: TensorLike,
  kernelSize: PerAxis<3>,
  options?: MaxPoolOptions<3, Indices>,
): Pooled<Indices> {
  return pooled<Indices>(run(prepareMaxPool('maxPool3d', 3, x, kernelSize, options)));
}

/** `maxPool3d` off the event loop; errors reject the promise. */
export async function maxPool3dAsync<Indices extends boolean = false>(
  x: TensorLike,
  kernelSize: PerAxis<3>,
  options?: MaxPoolOptions<3, Indices> & AsyncOptions,
): Promise<Pooled<Indices>> {
  return pooled<Indices>(
    await runAsync('maxPool3d', options, (given) => prepareMaxPool('maxPool3d', 3, x, kernelSize, given)),
  );
}

function prepareMaxPool(
  operator: string,
  rank: Rank,
  value: unknown,
  kernelSize: unknown,
  options: unknown,
): OperatorCall {
  const given = readOptions(operator, options, MAX_POOL_KEYS);
  const indices = readFlag(`${operator}: returnIndices`, given.returnIndices, false);
  const x = coerceTensor(value, `${operator}: x`);
  const plan = planMaxPool({ operator, rank, x: x.shape, kernelSize }, given);
  return { operator, plan, operands: { x }, out: given.out, indices };
}
