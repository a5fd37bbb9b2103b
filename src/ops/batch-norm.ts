import type { Rank } from '../geometry/axes.js';
import { BATCH_NORM_KEYS, type BatchNormGeometryOptions, planBatchNorm } from '../geometry/channelwise.js';
import { readOptions } from '../geometry/options.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';
import { optionalTensor } from './operands.js';

/** Options of batch normalisation over R spatial axes. */
export interface BatchNormOptions<R extends Rank> extends BatchNormGeometryOptions<R>, OutOption {
  /** [C], multiplies the normalised values. */
  readonly weight?: TensorLike | null | undefined;
  /** [C], added last. */
  readonly bias?: TensorLike | null | undefined;
}

/**
 * Batch normalisation with running statistics of shape [C]: [N, C] or [N, C, L].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.BatchNorm1d
 */
export function batchNorm1d(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  options?: BatchNormOptions<1>,
): Tensor {
  return run(prepare('batchNorm1d', 1, { x, mean, variance }, options)).output;
}

/** `batchNorm1d` off the event loop; errors reject the promise. */
export async function batchNorm1dAsync(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  options?: BatchNormOptions<1> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('batchNorm1d', options, (given) => prepare('batchNorm1d', 1, { x, mean, variance }, given)))
    .output;
}

/**
 * Batch normalisation with running statistics of shape [C]: [N, C, H, W] or [C, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.BatchNorm2d
 * @example
 * batchNorm2d(x, mean, variance, { weight, bias, eps: 1e-5 });
 */
export function batchNorm2d(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  options?: BatchNormOptions<2>,
): Tensor {
  return run(prepare('batchNorm2d', 2, { x, mean, variance }, options)).output;
}

/** `batchNorm2d` off the event loop; errors reject the promise. */
export async function batchNorm2dAsync(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  options?: BatchNormOptions<2> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('batchNorm2d', options, (given) => prepare('batchNorm2d', 2, { x, mean, variance }, given)))
    .output;
}

/**
 * Batch normalisation with running statistics of shape [C]: [N, C, D, H, W] or [C, D, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.BatchNorm3d
 */
export function batchNorm3d(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  options?: BatchNormOptions<3>,
): Tensor {
  return run(prepare('batchNorm3d', 3, { x, mean, variance }, options)).output;
}

/** `batchNorm3d` off the event loop; errors reject the promise. */
export async function batchNorm3dAsync(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  options?: BatchNormOptions<3> & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('batchNorm3d', options, (given) => prepare('batchNorm3d', 3, { x, mean, variance }, given)))
    .output;
}

/** Tensors before they are checked. */
interface Arguments {
  readonly x: unknown;
  readonly mean: unknown;
  readonly variance: unknown;
}

function prepare(operator: string, rank: Rank, { x, mean, variance }: Arguments, options: unknown): OperatorCall {
  const given = readOptions(operator, options, BATCH_NORM_KEYS);
  const operands = {
    x: coerceTensor(x, `${operator}: x`),
    mean: coerceTensor(mean, `${operator}: mean`),
    variance: coerceTensor(variance, `${operator}: variance`),
    weight: optionalTensor(given.weight, `${operator}: weight`),
    bias: optionalTensor(given.bias, `${operator}: bias`),
  };
  const shapes = {
    x: operands.x.shape,
    mean: operands.mean.shape,
    variance: operands.variance.shape,
    weight: operands.weight?.shape,
    bias: operands.bias?.shape,
  };
  const plan = planBatchNorm(operator, rank, shapes, given);
  return { operator, plan, operands, out: given.out };
}
