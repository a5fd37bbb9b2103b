import type { Values } from '../specs.js';

interface Parameters {
  readonly kind: string;
  readonly slope?: number | Values;
  readonly min?: number;
  readonly max?: number;
  readonly alpha?: number;
}

const clamp = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);

/** The series without cancellation: 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!! */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const PLAIN: Readonly<Record<string, (x: number) => number>> = {
  relu: (x) => (x < 0 ? 0 : x),
  relu6: (x) => clamp(x, 0, 6),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  silu: (x) => x / (1 + Math.exp(-x)),
  hardSigmoid: (x) => clamp(x + 3, 0, 6) / 6,
  hardSwish: (x) => (x * clamp(x + 3, 0, 6)) / 6,
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
};

function slopeAt(slope: number | Values, channel: number): number {
  if (typeof slope === 'number') return slope;
  return slope.data.length === 1 ? slope.data[0] : slope.data[channel];
}

/** Applies an activation, given in the package's words, to one value of one channel. */
export function activateValue(activation: unknown, x: number, channel: number): number {
  if (activation === undefined) return x;
  if (typeof activation === 'string') return PLAIN[activation](x);
  const { kind, slope = 0, min = 0, max = 0, alpha = 0 } = activation as Parameters;
  if (kind === 'clip') return clamp(x, min, max);
  if (kind === 'elu') return x > 0 ? x : alpha * Math.expm1(x);
  if (kind === 'leakyRelu' || kind === 'prelu') return x > 0 ? x : x * slopeAt(slope, channel);
  return PLAIN[kind](x);
}
