import type { Rank } from '../geometry/axes.js';
import {
  CONV_TRANSPOSE_KEYS,
  type ConvTransposeGeometryOptions,
  planConvTranspose,
} from '../geometry/conv-transpose.js';
import { readOptions } from '../geometry/options.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';
import { type FusedOptions, readFused, shapesOf } from './fused.js';

/** Options of a transposed convolution over R spatial axes. */
export interface ConvTransposeOptions<R extends Rank>
  extends ConvTransposeGeometryOptions<R>,
    FusedOptions,
    OutOption {}

/**
 * 1-D transposed convolution: x [N, C, L] or [C, L], weight [C, O / groups, k] → [N, O, L'] or [O, L'].
 *
 * @throws ShapeError, ArgumentError, UnsupportedError
 * @see torch.nn.functional.conv_transpose1d
 */
export function convTranspose1d(x: TensorLike, weight: TensorLike, options?: ConvTransposeOptions<1>): Tensor {
  return run(prepare('convTranspose1d', 1, x, weight, options)).output;
}

/** `convTranspose1d` off the event loop; errors reject the promise. */
export async function convTranspose1dAsync(
  x: TensorLike,
  weight: TensorLike,
  options?: ConvTransposeOptions<1> & AsyncOptions,
): Promise<Tensor> {
  const operator = 'convTranspose1d';
  return (await runAsync(operator, options, (given) => prepare(operator, 1, x, weight, given))).output;
}

/**
 * 2-D transposed convolution, the adjoint of `conv2d`: x [N, C, H, W] or [C, H, W], weight [C, O / groups, kh, kw].
 *
 * Each side has (n − 1)·stride − padBefore − padAfter + dilation·(k − 1) + outputPadding + 1 outputs.
 *
 * @throws ShapeError, ArgumentError, UnsupportedError
 * @see torch.nn.functional.conv_transpose2d
 * @example
 * convTranspose2d(x, weight, { stride: 2, padding: 1, outputPadding: 1 }); // twice the size, for a 3×3 kernel
 */
export function convTranspose2d(x: TensorLike, weight: TensorLike, options?: ConvTransposeOptions<2>): Tensor {
  return run(prepare('convTranspose2d', 2, x, weight, options)).output;
}

/** `convTranspose2d` off the event loop; errors reject the promise. */
export async function convTranspose2dAsync(
  x: TensorLike,
  weight: TensorLike,
  options?: ConvTransposeOptions<2> & AsyncOptions,
): Promise<Tensor> {
  const operator = 'convTranspose2d';
  return (await runAsync(operator, options, (given) => prepare(operator, 2, x, weight, given))).output;
}

function prepare(operator: string, rank: Rank, x: unknown, weight: unknown, options: unknown): OperatorCall {
  const given = readOptions(operator, options, CONV_TRANSPOSE_KEYS);
  const { record, operands } = readFused(operator, { x, weight, ...given });
  const plan = planConvTranspose(operator, rank, shapesOf(operands), given, record);
  return { operator, plan, operands, out: given.out };
}
