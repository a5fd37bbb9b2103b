import { LINEAR_KEYS, planLinear } from '../geometry/linear.js';
import { readOptions } from '../geometry/options.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';
import { type FusedOptions, readFused, shapesOf } from './fused.js';

/** Options of a linear layer. */
export interface LinearOptions extends Omit<FusedOptions, 'bias'>, OutOption {}

/**
 * x · weightᵀ + bias along the last axis: x [*, in], weight [out, in], bias [out] → [*, out].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.linear
 * @example
 * linear(x, weight, bias, { activation: 'relu' });
 */
export function linear(x: TensorLike, weight: TensorLike, bias?: TensorLike | null, options?: LinearOptions): Tensor {
  return run(prepare(x, weight, bias, options)).output;
}

/** `linear` off the event loop; errors reject the promise. */
export async function linearAsync(
  x: TensorLike,
  weight: TensorLike,
  bias?: TensorLike | null,
  options?: LinearOptions & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('linear', options, (given) => prepare(x, weight, bias, given))).output;
}

function prepare(x: unknown, weight: unknown, bias: unknown, options: unknown): OperatorCall {
  const operator = 'linear';
  const given = readOptions(operator, options, LINEAR_KEYS);
  const { record, operands } = readFused(operator, { x, weight, bias, ...given });
  return { operator, plan: planLinear(operator, shapesOf(operands), record), operands, out: given.out };
}
