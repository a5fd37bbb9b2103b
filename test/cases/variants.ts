import { withOptions } from '../support/run.js';
import { elements, isTensorSpec, type OperatorCase, redraw, type TensorSpec } from '../support/specs.js';

/**
 * A convolution's arguments with the sum taken as it is defined: Winograd and FFT, which 'auto' may choose, round whole
 * numbers and mix what is not finite with its neighbours. Where they cannot be chosen 'auto' stays.
 */
export function plainSum(op: string, args: readonly unknown[]): unknown[] {
  if (!/^conv[123]d$/.test(op)) return [...args];
  const options = (args[2] ?? {}) as { algorithm?: string; groups?: number };
  const kernel = (args[1] as { tensor?: number[]; shape?: number[] }).tensor ?? (args[1] as { shape: number[] }).shape;
  const canBeTransformed = kernel.slice(2).join() === '3,3' || elements(kernel.slice(2)) >= 25;
  if (!canBeTransformed || (options.algorithm ?? 'auto') !== 'auto') return [...args];
  return withOptions(op, args, { algorithm: 'direct' });
}

/** Whole numbers whose sums of up to a few thousand products stay exact in float32, in any order. */
export function integerValued(base: OperatorCase): OperatorCase {
  return {
    ...base,
    name: `${base.name}, integers`,
    args: plainSum(
      base.op,
      redraw(base.args, ({ tensor, seed }) => ({ tensor, seed, integers: 5 })),
    ),
    exact: true,
  };
}

/** The operands of an image operator that stand as its input does. */
function mapImages(base: OperatorCase, change: (spec: TensorSpec) => TensorSpec): unknown[] {
  const [x, ...rest] = base.args;
  return [change(x as TensorSpec), ...rest].map((arg) => {
    if (typeof arg !== 'object' || arg === null || !('residual' in arg)) return arg;
    return { ...arg, residual: change(arg.residual as TensorSpec) };
  });
}

/** The same work with channels last: other data, since the recipe is drawn in the other order. */
export function channelsLast(base: OperatorCase): OperatorCase {
  const args = mapImages(base, (spec) => ({ ...spec, tensor: [...spec.tensor.toSpliced(1, 1), spec.tensor[1]] }));
  return { ...base, name: `${base.name}, NHWC`, args: withOptions(base.op, args, { layout: 'NHWC' }) };
}

/** The same work on one image without a batch axis. */
export function unbatched(base: OperatorCase): OperatorCase {
  return {
    ...base,
    name: `${base.name}, unbatched`,
    args: mapImages(base, (spec) => ({ ...spec, tensor: spec.tensor.slice(1) })),
  };
}

/** The same work with other options. */
export function withExtra(base: OperatorCase, label: string, extra: Readonly<Record<string, unknown>>): OperatorCase {
  return { ...base, name: `${base.name}, ${label}`, args: withOptions(base.op, base.args, extra) };
}

/** Single elements of the `position`-th argument replaced; a convolution sums as it is defined. */
export function withSpecial(base: OperatorCase, position: number, special: Record<string, string>): OperatorCase {
  const args = base.args.map((arg, i) => (i === position && isTensorSpec(arg) ? { ...arg, special } : arg));
  const name = `${base.name}, argument ${position} ${JSON.stringify(special)}`;
  return { ...base, name, args: plainSum(base.op, args) };
}

/** The flat index of an element. */
export function flatIndex(shape: readonly number[], place: readonly number[]): number {
  return place.reduce((index, at, axis) => index + at * elements(shape.slice(axis + 1)), 0);
}
