import type { Rank } from '../geometry/axes.js';
import { CONV_KEYS, type ConvGeometryOptions, planConv } from '../geometry/conv.js';
import { readOptions } from '../geometry/options.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';
import { type FusedOptions, readFused, shapesOf } from './fused.js';

/** Options of a convolution over R spatial axes. */
export interface ConvOptions<R extends Rank> extends ConvGeometryOptions<R>, FusedOptions, OutOption {}

/**
 * 1-D convolution (not flipped): x [N, C, L] or [C, L], weight [O, C / groups, k] → [N, O, L'] or [O, L'].
 *
 * @throws ShapeError, ArgumentError, UnsupportedError
 * @see torch.nn.functional.conv1d
 */
export function conv1d(x: TensorLike, weight: TensorLike, options?: ConvOptions<1>): Tensor {
  return run(prepareConv('conv1d', 1, x, weight, options)).output;
}

/** `conv1d` off the event loop; errors reject the promise. */
export async function conv1dAsync(
  x: TensorLike,
  weight: TensorLike,
  options?: ConvOptions<1> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('conv1d', options, (given) => prepareConv('conv1d', 1, x, weight, given))).output;
}

/**
 * 2-D convolution (not flipped): x [N, C, H, W] or [C, H, W], weight [O, C / groups, kh, kw] → [N, O, H', W'].
 *
 * Each side has floor((n + padBefore + padAfter − dilation·(k − 1) − 1) / stride) + 1 outputs.
 *
 * @throws ShapeError, ArgumentError, UnsupportedError
 * @see torch.nn.functional.conv2d
 * @example
 * const x = Tensor.zeros([1, 3, 32, 32]);
 * const weight = Tensor.zeros([8, 3, 3, 3]);
 * conv2d(x, weight, { padding: 'same', activation: 'relu' }).shape; // [1, 8, 32, 32]
 */
export function conv2d(x: TensorLike, weight: TensorLike, options?: ConvOptions<2>): Tensor {
  return run(prepareConv('conv2d', 2, x, weight, options)).output;
}

/**
 * `conv2d` off the event loop; errors reject the promise.
 *
 * @example
 * const y = await conv2dAsync(x, weight, { signal: AbortSignal.timeout(100) });
 */
export async function conv2dAsync(
  x: TensorLike,
  weight: TensorLike,
  options?: ConvOptions<2> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('conv2d', options, (given) => prepareConv('conv2d', 2, x, weight, given))).output;
}

/**
 * 3-D convolution (not flipped): x [N, C, D, H, W] or [C, D, H, W], weight [O, C / groups, kd, kh, kw].
 *
 * @throws ShapeError, ArgumentError, UnsupportedError
 * @see torch.nn.functional.conv3d
 */
export function conv3d(x: TensorLike, weight: TensorLike, options?: ConvOptions<3>): Tensor {
  return run(prepareConv('conv3d', 3, x, weight, options)).output;
}

/** `conv3d` off the event loop; errors reject the promise. */
export async function conv3dAsync(
  x: TensorLike,
  weight: TensorLike,
  options?: ConvOptions<3> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('conv3d', options, (given) => prepareConv('conv3d', 3, x, weight, given))).output;
}

function prepareConv(operator: string, rank: Rank, x: unknown, weight: unknown, options: unknown): OperatorCall {
  const given = readOptions(operator, options, CONV_KEYS);
  const { record, operands } = readFused(operator, { x, weight, ...given });
  const plan = planConv(operator, rank, shapesOf(operands), given, record);
  return { operator, plan, operands, out: given.out };
}
