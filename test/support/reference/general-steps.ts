import {
  BINARY_OPERATIONS,
  type BinaryOperation,
  REDUCE_OPERATIONS,
  type ReduceOperation,
  UNARY_OPERATIONS,
  type UnaryOperation,
} from '../../../src/geometry/records.js';
import { type ActivationRecord, IDENTITY } from '../../../src/program/step.js';
import type { StepOfKind } from '../steps.js';
import { activateValue, erf } from './activation.js';

/** Definitions by index arithmetic: every result is found by itself, from its flat place. */

type Fields = Readonly<Record<string, number>>;

/** Σ iₖ·strideₖ for the flat place of a dense result. */
function stridedPlace(geometry: Fields, prefix: string, flat: number): number {
  let rest = flat;
  let place = 0;
  for (let axis = 5; axis >= 0; axis--) {
    const size = geometry[`size${axis}`];
    place += (rest % size) * geometry[`${prefix}${axis}`];
    rest = Math.floor(rest / size);
  }
  return place;
}

function results(size: number, valueAt: (flat: number) => number): number[] {
  return Array.from({ length: size }, (_, flat) => valueAt(flat));
}

const softplus = (x: number) => (x > 30 ? x : Math.log(1 + Math.exp(x)));

/** The whole number nearest to x; halves go to the even one. */
function rounded(x: number): number {
  const [below, above] = [Math.floor(x), Math.ceil(x)];
  if (x - below === above - x) return below % 2 === 0 ? below : above;
  return x - below < above - x ? below : above;
}

const UNARY: Readonly<Record<UnaryOperation, (x: number, alpha: number, beta: number) => number>> = {
  affine: (x, alpha, beta) => alpha * x + beta,
  abs: (x) => (x < 0 ? -x : x),
  neg: (x) => 0 - x,
  reciprocal: (x) => x ** -1,
  sqrt: (x) => (x === Number.NEGATIVE_INFINITY ? Number.NaN : x ** 0.5),
  exp: (x) => Math.E ** x,
  log: (x) => Math.log2(x) * Math.LN2,
  erf: (x) => (Number.isNaN(x) ? x : erf(x)),
  floor: (x) => (Number.isFinite(x) ? x - (((x % 1) + 1) % 1) : x),
  ceil: (x) => (Number.isFinite(x) ? x + (((-x % 1) + 1) % 1) : x),
  round: (x) => (Number.isFinite(x) ? rounded(x) : x),
  truncate: (x) => (Number.isFinite(x) ? x - (x % 1) : x),
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  not: (x) => Number(!(x !== 0)),
  nonZero: (x) => Number(x !== 0),
  hardSigmoid: (x, alpha, beta) => {
    const y = alpha * x + beta;
    return y < 0 ? 0 : y > 1 ? 1 : y;
  },
  softplus,
  softsign: (x) => (x < 0 ? x / (1 - x) : x / (1 + x)),
  mish: (x) => x * Math.tanh(softplus(x)),
  selu: (x, alpha, beta) => (x > 0 ? beta * x : beta * alpha * (Math.exp(x) - 1)),
  celu: (x, alpha) => (x > 0 ? x : alpha * (Math.exp(x / alpha) - 1)),
  geluTanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

export function unary(step: StepOfKind<'unary'>): number[][] {
  const [alpha, beta] = step.extras!.scalars!;
  const f = UNARY[UNARY_OPERATIONS[step.geometry.operation]];
  return [Array.from(step.operands[0]!, (x) => f(x, alpha, beta))];
}

const either = (a: number, b: number) => Number.isNaN(a) || Number.isNaN(b);

const BINARY: Readonly<Record<BinaryOperation, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: (a, b) => (either(a, b) ? Number.NaN : a > b ? a : b),
  min: (a, b) => (either(a, b) ? Number.NaN : a < b ? a : b),
  pow: (a, b) => a ** b,
  intDiv: (a, b) => Math.sign(a) * Math.sign(b) * Math.floor(Math.abs(a) / Math.abs(b)),
  mod: (a, b) => a - Math.floor(a / b) * b,
  fmod: (a, b) => a % b,
  equal: (a, b) => Number(a === b),
  less: (a, b) => Number(a < b),
  lessOrEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterOrEqual: (a, b) => Number(a >= b),
  and: (a, b) => Number(!(a === 0) && !(b === 0)),
  or: (a, b) => Number(!(a === 0 && b === 0)),
  xor: (a, b) => Number(Number(a === 0) + Number(b === 0) === 1),
  prelu: (a, b) => (a >= 0 || Number.isNaN(a) ? a : a * b),
};

/** An activation in the package's words. */
function inWords({ kind, alpha, beta }: ActivationRecord): unknown {
  if (kind === 'identity') return undefined;
  if (kind === 'clip') return { kind, min: alpha, max: beta };
  return kind === 'leakyRelu' ? { kind, slope: alpha } : { kind, alpha };
}

export function binary({ geometry, operands: [a, b], resultSizes, extras }: StepOfKind<'binary'>): number[][] {
  const f = BINARY[BINARY_OPERATIONS[geometry.operation]];
  const activation = inWords(extras?.activation ?? IDENTITY);
  const valueAt = (flat: number) => f(a![stridedPlace(geometry, 'a', flat)], b![stridedPlace(geometry, 'b', flat)]);
  return [results(resultSizes[0], (flat) => activateValue(activation, valueAt(flat), 0))];
}

export function where({ geometry, operands: [condition, a, b], resultSizes }: StepOfKind<'where'>): number[][] {
  return [
    results(resultSizes[0], (flat) => {
      const isFalse = condition![stridedPlace(geometry, 'condition', flat)] === 0;
      return isFalse ? b![stridedPlace(geometry, 'b', flat)] : a![stridedPlace(geometry, 'a', flat)];
    }),
  ];
}

export function strided({ geometry, operands: [x], resultSizes }: StepOfKind<'strided'>): number[][] {
  return [results(resultSizes[0], (flat) => x![geometry.offset + stridedPlace(geometry, 'stride', flat)])];
}

export function concat({ geometry: { outer }, operands }: StepOfKind<'concat'>): number[][] {
  const rows = Array.from({ length: outer }, (_, o) =>
    operands.flatMap((x) => Array.from(x!.slice((o * x!.length) / outer, ((o + 1) * x!.length) / outer))),
  );
  return [rows.flat()];
}

/** NaN above everything, equal to itself. */
export function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

const extreme = (line: number[], sign: number) => line.toSorted((a, b) => sign * compareNumbers(a, b))[0];
const sum = (line: number[]) => line.reduce((total, value) => total + value, 0);
const hasNaN = (line: number[]) => line.some(Number.isNaN);
const least = (line: number[]) => (hasNaN(line) ? Number.NaN : extreme(line, 1));
const place = (line: number[], value: number) => line.findIndex((other) => compareNumbers(other, value) === 0);
const lastPlace = (line: number[], value: number) => line.findLastIndex((other) => compareNumbers(other, value) === 0);

const REDUCE: Readonly<Record<ReduceOperation, (line: number[]) => number>> = {
  sum,
  mean: (line) => sum(line) / line.length,
  max: (line) => (hasNaN(line) ? Number.NaN : extreme(line, -1)),
  min: least,
  prod: (line) => line.reduce((total, value) => total * value, 1),
  argMax: (line) => place(line, extreme(line, -1)),
  argMaxLast: (line) => lastPlace(line, extreme(line, -1)),
  argMin: (line) => place(line, least(line)),
  argMinLast: (line) => lastPlace(line, least(line)),
};

/** The values along the middle axis of [outer, length, inner], for a flat place of [outer, inner]. */
export function lineAt(x: ArrayLike<number>, length: number, inner: number, flat: number): number[] {
  const start = Math.floor(flat / inner) * length * inner + (flat % inner);
  return Array.from({ length }, (_, k) => x[start + k * inner]);
}

export function reduce({ geometry, operands: [x], resultSizes }: StepOfKind<'reduce'>): number[][] {
  const { operation, length, inner } = geometry;
  const f = REDUCE[REDUCE_OPERATIONS[operation]];
  return [results(resultSizes[0], (flat) => f(lineAt(x!, length, inner, flat)))];
}

export function convert({ operands: [x] }: StepOfKind<'convert'>): number[][] {
  return [Array.from(x!, (value) => value - (value % 1))];
}
