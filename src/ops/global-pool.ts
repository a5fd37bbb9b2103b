import {
  ADAPTIVE_AVG_POOL_KEYS,
  type AdaptivePoolGeometryOptions,
  type AdaptivePoolKind,
  planAdaptivePool,
} from '../geometry/adaptive-pool.js';
import type { Rank } from '../geometry/axes.js';
import { readOptions } from '../geometry/options.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';

/** Options of global pooling over R spatial axes. */
export interface GlobalPoolOptions<R extends Rank> extends AdaptivePoolGeometryOptions<R>, OutOption {}

/**
 * The mean of every channel: [N, C, L] or [C, L] → [N, C, 1] or [C, 1].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.AdaptiveAvgPool1d, with output size 1
 */
export function globalAvgPool1d(x: TensorLike, options?: GlobalPoolOptions<1>): Tensor {
  return run(prepare('adaptiveAvgPool', 'globalAvgPool1d', 1, x, options)).output;
}

/** `globalAvgPool1d` off the event loop; errors reject the promise. */
export async function globalAvgPool1dAsync(
  x: TensorLike,
  options?: GlobalPoolOptions<1> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('globalAvgPool1d', options, (given) => prepare('adaptiveAvgPool', 'globalAvgPool1d', 1, x, given))
  ).output;
}

/**
 * The mean of every channel: [N, C, H, W] or [C, H, W] → [N, C, 1, 1] or [C, 1, 1].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.AdaptiveAvgPool2d, with output size 1
 */
export function globalAvgPool2d(x: TensorLike, options?: GlobalPoolOptions<2>): Tensor {
  return run(prepare('adaptiveAvgPool', 'globalAvgPool2d', 2, x, options)).output;
}

/** `globalAvgPool2d` off the event loop; errors reject the promise. */
export async function globalAvgPool2dAsync(
  x: TensorLike,
  options?: GlobalPoolOptions<2> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('globalAvgPool2d', options, (given) => prepare('adaptiveAvgPool', 'globalAvgPool2d', 2, x, given))
  ).output;
}

/**
 * The mean of every channel: [N, C, D, H, W] or [C, D, H, W] → [N, C, 1, 1, 1] or [C, 1, 1, 1].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.AdaptiveAvgPool3d, with output size 1
 */
export function globalAvgPool3d(x: TensorLike, options?: GlobalPoolOptions<3>): Tensor {
  return run(prepare('adaptiveAvgPool', 'globalAvgPool3d', 3, x, options)).output;
}

/** `globalAvgPool3d` off the event loop; errors reject the promise. */
export async function globalAvgPool3dAsync(
  x: TensorLike,
  options?: GlobalPoolOptions<3> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('globalAvgPool3d', options, (given) => prepare('adaptiveAvgPool', 'globalAvgPool3d', 3, x, given))
  ).output;
}

/**
 * The largest value of every channel: [N, C, L] or [C, L] → [N, C, 1] or [C, 1].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.AdaptiveMaxPool1d, with output size 1
 */
export function globalMaxPool1d(x: TensorLike, options?: GlobalPoolOptions<1>): Tensor {
  return run(prepare('adaptiveMaxPool', 'globalMaxPool1d', 1, x, options)).output;
}

/** `globalMaxPool1d` off the event loop; errors reject the promise. */
export async function globalMaxPool1dAsync(
  x: TensorLike,
  options?: GlobalPoolOptions<1> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('globalMaxPool1d', options, (given) => prepare('adaptiveMaxPool', 'globalMaxPool1d', 1, x, given))
  ).output;
}

/**
 * The largest value of every channel: [N, C, H, W] or [C, H, W] → [N, C, 1, 1] or [C, 1, 1].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.AdaptiveMaxPool2d, with output size 1
 */
export function globalMaxPool2d(x: TensorLike, options?: GlobalPoolOptions<2>): Tensor {
  return run(prepare('adaptiveMaxPool', 'globalMaxPool2d', 2, x, options)).output;
}

/** `globalMaxPool2d` off the event loop; errors reject the promise. */
export async function globalMaxPool2dAsync(
  x: TensorLike,
  options?: GlobalPoolOptions<2> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('globalMaxPool2d', options, (given) => prepare('adaptiveMaxPool', 'globalMaxPool2d', 2, x, given))
  ).output;
}

/**
 * The largest value of every channel: [N, C, D, H, W] or [C, D, H, W] → [N, C, 1, 1, 1] or [C, 1, 1, 1].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.AdaptiveMaxPool3d, with output size 1
 */
export function globalMaxPool3d(x: TensorLike, options?: GlobalPoolOptions<3>): Tensor {
  return run(prepare('adaptiveMaxPool', 'globalMaxPool3d', 3, x, options)).output;
}

/** `globalMaxPool3d` off the event loop; errors reject the promise. */
export async function globalMaxPool3dAsync(
  x: TensorLike,
  options?: GlobalPoolOptions<3> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('globalMaxPool3d', options, (given) => prepare('adaptiveMaxPool', 'globalMaxPool3d', 3, x, given))
  ).output;
}

function prepare(kind: AdaptivePoolKind, operator: string, rank: Rank, value: unknown, options: unknown): OperatorCall {
  const given = readOptions(operator, options, ADAPTIVE_AVG_POOL_KEYS);
  const x = coerceTensor(value, `${operator}: x`);
  const plan = planAdaptivePool({ kind, operator, rank, x: x.shape, outputSize: 1 }, given);
  return { operator, plan, operands: { x }, out: given.out };
}
