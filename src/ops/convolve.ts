import { CONVOLVE_KEYS, type ConvolveMode, planConvolve } from '../geometry/convolve.js';
import { readOptions } from '../geometry/options.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';
import { rot180 } from './rot180.js';

/** Options of convolve and correlate. */
export interface ConvolveOptions extends OutOption {
  /** Which overlaps of f and g the result has. Default 'full'. */
  readonly mode?: ConvolveMode | undefined;
}

/**
 * The mathematician's convolution, (f ∗ g)[n] = Σ f[m]·g[n − m]: g is flipped. Signals or images of one channel.
 *
 * @throws ShapeError, ArgumentError
 * @see scipy.signal.convolve
 * @example
 * convolve(Tensor.from([1, 2, 3]), Tensor.from([0, 1, 0.5])).toNested(); // [0, 1, 2.5, 4, 1.5]
 */
export function convolve(f: TensorLike, g: TensorLike, options?: ConvolveOptions): Tensor {
  return run(prepare('convolve', f, g, options)).output;
}

/** `convolve` off the event loop; errors reject the promise. */
export async function convolveAsync(
  f: TensorLike,
  g: TensorLike,
  options?: ConvolveOptions & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('convolve', options, (given) => prepare('convolve', f, g, given))).output;
}

/**
 * Cross-correlation, Σ f[n + m]·g[m]: nothing is flipped, and the order of f and g matters.
 *
 * `convolve(f, g)` equals `correlate(f, rot180(g))`.
 *
 * @throws ShapeError, ArgumentError
 * @see scipy.signal.correlate
 */
export function correlate(f: TensorLike, g: TensorLike, options?: ConvolveOptions): Tensor {
  return run(prepare('correlate', f, g, options)).output;
}

/** `correlate` off the event loop; errors reject the promise. */
export async function correlateAsync(
  f: TensorLike,
  g: TensorLike,
  options?: ConvolveOptions & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('correlate', options, (given) => prepare('correlate', f, g, given))).output;
}

type Operator = 'convolve' | 'correlate';

function prepare(operator: Operator, first: unknown, second: unknown, options: unknown): OperatorCall {
  const given = readOptions(operator, options, CONVOLVE_KEYS);
  const f = coerceTensor(first, `${operator}: f`);
  const g = coerceTensor(second, `${operator}: g`);
  const { plan, swapped } = planConvolve(operator, f.shape, g.shape, given.mode);
  return { operator, plan, operands: slide(operator, f, g, swapped), sources: [f, g], out: given.out };
}

/**
 * Who slides over whom. With f ∗ g for convolution and ⋆ for correlation, which is what a step does:
 * f ∗ g = f ⋆ rot180(g) = g ⋆ rot180(f), and f correlated with g is f ∗ rot180(g) = rot180(g) ⋆ rot180(f).
 */
function slide(operator: Operator, f: Tensor, g: Tensor, swapped: boolean): { x: Tensor; weight: Tensor } {
  if (operator === 'convolve') return swapped ? { x: g, weight: rot180(f) } : { x: f, weight: rot180(g) };
  return swapped ? { x: rot180(g), weight: rot180(f) } : { x: f, weight: g };
}
