import { ArgumentError } from '../errors.js';
import { type Activation, readActivation } from '../geometry/activation.js';
import { ACTIVATE_KEYS, planActivation } from '../geometry/channelwise.js';
import { readOptions } from '../geometry/options.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';
import { optionalTensor } from './operands.js';

/**
 * An activation applied to every element. The slopes of a prelu belong to axis 1, as in PyTorch.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.relu and its neighbours
 * @example
 * activate(x, 'relu');
 * activate(x, { kind: 'leakyRelu', slope: 0.1 });
 */
export function activate(x: TensorLike, activation: Activation, options?: OutOption): Tensor {
  return run(prepare(x, activation, options)).output;
}

/** `activate` off the event loop; errors reject the promise. */
export async function activateAsync(
  x: TensorLike,
  activation: Activation,
  options?: OutOption & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('activate', options, (given) => prepare(x, activation, given))).output;
}

function prepare(value: unknown, activation: unknown, options: unknown): OperatorCall {
  const operator = 'activate';
  const given = readOptions(operator, options, ACTIVATE_KEYS);
  const x = coerceTensor(value, `${operator}: x`);
  if (activation === undefined || activation === null) {
    throw new ArgumentError(
      `${operator}: activation must be a name such as 'relu' or { kind, … }, but got ${activation}`,
    );
  }
  const { record, slope } = readActivation(operator, activation);
  const operands = { x, slope: optionalTensor(slope, `${operator}: activation 'prelu': slope`) };
  return { operator, plan: planActivation(operator, x.shape, record, operands.slope?.shape), operands, out: given.out };
}
