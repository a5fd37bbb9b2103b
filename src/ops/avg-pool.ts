import type { PerAxis, Rank } from '../geometry/axes.js';
import { readOptions } from '../geometry/options.js';
import { AVG_POOL_KEYS, type AvgPoolGeometryOptions, planAvgPool } from '../geometry/pool.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';

/** Options of average pooling over R spatial axes. */
export interface AvgPoolOptions<R extends Rank> extends AvgPoolGeometryOptions<R>, OutOption {}

/**
 * 1-D average pooling: [N, C, L] or [C, L].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.avg_pool1d
 */
export function avgPool1d(x: TensorLike, kernelSize: PerAxis<1>, options?: AvgPoolOptions<1>): Tensor {
  return run(prepare('avgPool1d', 1, x, kernelSize, options)).output;
}

/** `avgPool1d` off the event loop; errors reject the promise. */
export async function avgPool1dAsync(
  x: TensorLike,
  kernelSize: PerAxis<1>,
  options?: AvgPoolOptions<1> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('avgPool1d', options, (given) => prepare('avgPool1d', 1, x, kernelSize, given))).output;
}

/**
 * 2-D average pooling: [N, C, H, W] or [C, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.avg_pool2d
 * @example
 * avgPool2d(x, 3, { stride: 2, padding: 1, countIncludePad: false });
 */
export function avgPool2d(x: TensorLike, kernelSize: PerAxis<2>, options?: AvgPoolOptions<2>): Tensor {
  return run(prepare('avgPool2d', 2, x, kernelSize, options)).output;
}

/** `avgPool2d` off the event loop; errors reject the promise. */
export async function avgPool2dAsync(
  x: TensorLike,
  kernelSize: PerAxis<2>,
  options?: AvgPoolOptions<2> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('avgPool2d', options, (given) => prepare('avgPool2d', 2, x, kernelSize, given))).output;
}

/**
 * 3-D average pooling: [N, C, D, H, W] or [C, D, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.avg_pool3d
 */
export function avgPool3d(x: TensorLike, kernelSize: PerAxis<3>, options?: AvgPoolOptions<3>): Tensor {
  return run(prepare('avgPool3d', 3, x, kernelSize, options)).output;
}

/** `avgPool3d` off the event loop; errors reject the promise. */
export async function avgPool3dAsync(
  x: TensorLike,
  kernelSize: PerAxis<3>,
  options?: AvgPoolOptions<3> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('avgPool3d', options, (given) => prepare('avgPool3d', 3, x, kernelSize, given))).output;
}

function prepare(operator: string, rank: Rank, value: unknown, kernelSize: unknown, options: unknown): OperatorCall {
  const given = readOptions(operator, options, AVG_POOL_KEYS);
  const x = coerceTensor(value, `${operator}: x`);
  const plan = planAvgPool({ operator, rank, x: x.shape, kernelSize }, given);
  return { operator, plan, operands: { x }, out: given.out };
}
