import type { PerAxis, Rank } from '../geometry/axes.js';
import { readOptions } from '../geometry/options.js';
import { LP_POOL_KEYS, type LpPoolGeometryOptions, planLpPool } from '../geometry/pool.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';

/** Options of power-average pooling over R spatial axes. */
export interface LpPoolOptions<R extends Rank> extends LpPoolGeometryOptions<R>, OutOption {}

/**
 * 1-D power-average pooling, (Σ xᵖ)^(1/p) of each window: [N, C, L] or [C, L].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.lp_pool1d
 */
export function lpPool1d(x: TensorLike, p: number, kernelSize: PerAxis<1>, options?: LpPoolOptions<1>): Tensor {
  return run(prepare({ operator: 'lpPool1d', rank: 1, x, kernelSize, p }, options)).output;
}

/** `lpPool1d` off the event loop; errors reject the promise. */
export async function lpPool1dAsync(
  x: TensorLike,
  p: number,
  kernelSize: PerAxis<1>,
  options?: LpPoolOptions<1> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('lpPool1d', options, (given) => prepare({ operator: 'lpPool1d', rank: 1, x, kernelSize, p }, given))
  ).output;
}

/**
 * 2-D power-average pooling, (Σ xᵖ)^(1/p) of each window: [N, C, H, W] or [C, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.lp_pool2d
 */
export function lpPool2d(x: TensorLike, p: number, kernelSize: PerAxis<2>, options?: LpPoolOptions<2>): Tensor {
  return run(prepare({ operator: 'lpPool2d', rank: 2, x, kernelSize, p }, options)).output;
}

/** `lpPool2d` off the event loop; errors reject the promise. */
export async function lpPool2dAsync(
  x: TensorLike,
  p: number,
  kernelSize: PerAxis<2>,
  options?: LpPoolOptions<2> & AsyncOptions,
): Promise<Tensor> {
  return (
    await runAsync('lpPool2d', options, (given) => prepare({ operator: 'lpPool2d', rank: 2, x, kernelSize, p }, given))
  ).output;
}

/** Arguments before anything is checked. */
interface Arguments {
  readonly operator: string;
  readonly rank: Rank;
  readonly x: unknown;
  readonly kernelSize: unknown;
  readonly p: unknown;
}

function prepare({ operator, rank, kernelSize, p, ...operands }: Arguments, options: unknown): OperatorCall {
  const given = readOptions(operator, options, LP_POOL_KEYS);
  const x = coerceTensor(operands.x, `${operator}: x`);
  const plan = planLpPool({ operator, rank, x: x.shape, kernelSize }, p, given);
  return { operator, plan, operands: { x }, out: given.out };
}
