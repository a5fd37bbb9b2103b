import { type Draw, drawValues } from './random.js';

/** A tensor argument by its recipe, as the fixtures' indexes write it. */
export interface TensorSpec extends Draw {
  readonly tensor: readonly number[];
  readonly seed: number;
}

/** Indices for maxUnpool. */
export interface Int32Spec {
  readonly int32: readonly number[];
}

/** One call of an operator: its name in the package, and arguments in which specs stand for data. */
export interface OperatorCase {
  readonly name: string;
  readonly op: string;
  readonly args: readonly unknown[];
  /** Whether results must equal the reference's; integer-valued data and pure selections. */
  readonly exact?: boolean;
}

/** A plain tensor of a test, acceptable to every operator as it is. */
export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Seeds are free to repeat between cases, not between the tensors of one. */
export function tensor(shape: readonly number[], seed: number, draw: Draw = {}): TensorSpec {
  return { tensor: shape, seed, ...draw };
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function isTensorSpec(value: unknown): value is TensorSpec {
  return typeof value === 'object' && value !== null && 'tensor' in value;
}

function isInt32Spec(value: unknown): value is Int32Spec {
  return typeof value === 'object' && value !== null && 'int32' in value;
}

/** Replaces the specs anywhere in `args` by data; everything else stays. */
export function materialize(args: readonly unknown[]): unknown[] {
  return args.map(revive);
}

function revive(value: unknown): unknown {
  if (isTensorSpec(value)) return { data: drawValues(elements(value.tensor), value.seed, value), shape: value.tensor };
  if (isInt32Spec(value)) return Int32Array.from(value.int32);
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
}

/** The same case on other data: every spec of it, wherever it stands, goes through `change`. */
export function redraw(args: readonly unknown[], change: (spec: TensorSpec) => TensorSpec): unknown[] {
  const walk = (value: unknown): unknown => {
    if (isTensorSpec(value)) return change(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return args.map(walk);
}
