import { planSoftmax, SOFTMAX_KEYS } from '../geometry/channelwise.js';
import { readOptions } from '../geometry/options.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';

/**
 * exp(x) / Σ exp(x) along one axis; negative axes count from the end.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.softmax
 */
export function softmax(x: TensorLike, axis = -1, options?: OutOption): Tensor {
  return run(prepare(x, axis, options)).output;
}

/** `softmax` off the event loop; errors reject the promise. */
export async function softmaxAsync(x: TensorLike, axis = -1, options?: OutOption & AsyncOptions): Promise<Tensor> {
  return (await runAsync('softmax', options, (given) => prepare(x, axis, given))).output;
}

function prepare(value: unknown, axis: unknown, options: unknown): OperatorCall {
  const operator = 'softmax';
  const given = readOptions(operator, options, SOFTMAX_KEYS);
  const x = coerceTensor(value, `${operator}: x`);
  return { operator, plan: planSoftmax(operator, x.shape, axis), operands: { x }, out: given.out };
}
