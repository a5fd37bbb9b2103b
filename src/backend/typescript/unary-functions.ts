import type { UnaryOperation } from '../../geometry/records.js';
import { erf } from './erf.js';

type Unary = (x: number) => number;

/** Operations that have no parameters. Where a value is NaN, so is the result, but for the logical ones. */
const PLAIN_FUNCTIONS = {
  abs: Math.abs,
  neg: (x) => -x,
  reciprocal: (x) => 1 / x,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  erf,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfToEven,
  truncate: Math.trunc,
  sign: Math.sign,
  not: (x) => (x === 0 ? 1 : 0),
  nonZero: (x) => (x === 0 ? 0 : 1),
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  mish: (x) => x * Math.tanh(softplus(x)),
  // (1 + tanh(u)) / 2 is the sigmoid of 2u, and loses no digits.
  geluTanh: (x) => x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
} satisfies Partial<Record<UnaryOperation, Unary>>;

/** The function of an operation whose parameters are known. */
export function unaryFunction(operation: UnaryOperation, alpha: number, beta: number): Unary {
  switch (operation) {
    case 'affine':
      return (x) => x * alpha + beta;
    case 'hardSigmoid':
      return (x) => Math.max(0, Math.min(1, alpha * x + beta));
    case 'selu':
      return (x) => beta * (x > 0 ? x : alpha * Math.expm1(x));
    case 'celu':
      return (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
    default:
      return PLAIN_FUNCTIONS[operation];
  }
}

/** Math.round takes halves up. */
export function roundHalfToEven(x: number): number {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
}

/** log(1 + e^x) whose power cannot overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
