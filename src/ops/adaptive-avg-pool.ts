import {
  ADAPTIVE_AVG_POOL_KEYS,
  type AdaptivePoolGeometryOptions,
  planAdaptivePool,
} from '../geometry/adaptive-pool.js';
import type { PerAxis, Rank } from '../geometry/axes.js';
import { readOptions } from '../geometry/options.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';

/** Options of adaptive average pooling over R spatial axes. */
export interface AdaptiveAvgPoolOptions<R extends Rank> extends AdaptivePoolGeometryOptions<R>, OutOption {}

/**
 * 1-D average pooling to a given size, null keeping an axis: [N, C, L] or [C, L].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.adaptive_avg_pool1d
 */
export function adaptiveAvgPool1d(
  x: TensorLike,
  outputSize: PerAxis<1, number | null>,
  options?: AdaptiveAvgPoolOptions<1>,
): Tensor {
  return run(prepare('adaptiveAvgPool1d', 1, x, outputSize, options)).output;
}

/** `adaptiveAvgPool1d` off the event loop; errors reject the promise. */
export async function adaptiveAvgPool1dAsync(
  x: TensorLike,
  outputSize: PerAxis<1, number | null>,
  options?: AdaptiveAvgPoolOptions<1> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('adaptiveAvgPool1d', options, (given) => prepare('adaptiveAvgPool1d', 1, x, outputSize, given))
  ).output;
}

/**
 * 2-D average pooling to a given size, null keeping an axis: [N, C, H, W] or [C, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.adaptive_avg_pool2d
 * @example
 * adaptiveAvgPool2d(x, [7, null]);
 */
export function adaptiveAvgPool2d(
  x: TensorLike,
  outputSize: PerAxis<2, number | null>,
  options?: AdaptiveAvgPoolOptions<2>,
): Tensor {
  return run(prepare('adaptiveAvgPool2d', 2, x, outputSize, options)).output;
}

/** `adaptiveAvgPool2d` off the event loop; errors reject the promise. */
export async function adaptiveAvgPool2dAsync(
  x: TensorLike,
  outputSize: PerAxis<2, number | null>,
  options?: AdaptiveAvgPoolOptions<2> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('adaptiveAvgPool2d', options, (given) => prepare('adaptiveAvgPool2d', 2, x, outputSize, given))
  ).output;
}

/**
 * 3-D average pooling to a given size, null keeping an axis: [N, C, D, H, W] or [C, D, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.adaptive_avg_pool3d
 */
export function adaptiveAvgPool3d(
  x: TensorLike,
  outputSize: PerAxis<3, number | null>,
  options?: AdaptiveAvgPoolOptions<3>,
): Tensor {
  return run(prepare('adaptiveAvgPool3d', 3, x, outputSize, options)).output;
}

/** `adaptiveAvgPool3d` off the event loop; errors reject the promise. */
export async function adaptiveAvgPool3dAsync(
  x: TensorLike,
  outputSize: PerAxis<3, number | null>,
  options?: AdaptiveAvgPoolOptions<3> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('adaptiveAvgPool3d', options, (given) => prepare('adaptiveAvgPool3d', 3, x, outputSize, given))
  ).output;
}

function prepare(operator: string, rank: Rank, value: unknown, outputSize: unknown, options: unknown): OperatorCall {
  const given = readOptions(operator, options, ADAPTIVE_AVG_POOL_KEYS);
  const x = coerceTensor(value, `${operator}: x`);
  const plan = planAdaptivePool({ kind: 'adaptiveAvgPool', operator, rank, x: x.shape, outputSize }, given);
  return { operator, plan, operands: { x }, out: given.out };
}
