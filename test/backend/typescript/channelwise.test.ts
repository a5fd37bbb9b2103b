import { describe, expect, it } from 'vitest';
import { erfc } from '../../../src/backend/typescript/erf.js';
import type { ActivationKind } from '../../../src/program/step.js';
import { integers, runStep, uniform } from './support.js';

const SPECIAL = [0, 1, -1, 3, -3, 6, 7, -7, 0.25, -0.5, 20, -20, Infinity, -Infinity, NaN];

function activate(kind: ActivationKind, values: readonly number[], alpha = 0, beta = 0): number[] {
  const geometry = { outer: 1, channels: 1, inner: values.length };
  const extras = { activation: { kind, alpha, beta } };
  const operands = [Float32Array.from(values), undefined, undefined];
  return [...runStep({ kind: 'activation', geometry, operands, resultSizes: [values.length], extras })[0]];
}

/** By PyTorch's definitions; NaN wherever its arithmetic gives NaN. */
const DEFINITIONS: [ActivationKind, (x: number) => number, number?, number?][] = [
  ['identity', (x) => x],
  ['relu', (x) => (x < 0 ? 0 : x)],
  ['relu6', (x) => (Number.isNaN(x) ? x : Math.min(Math.max(x, 0), 6))],
  ['sigmoid', (x) => 1 / (1 + Math.exp(-x))],
  ['tanh', Math.tanh],
  ['silu', (x) => x / (1 + Math.exp(-x))],
  ['hardSigmoid', (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1)],
  ['hardSwish', (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1)],
  ['leakyRelu', (x) => (x > 0 ? x : 0.25 * x), 0.25],
  ['clip', (x) => Math.min(Math.max(x, -2), 5), -2, 5],
  ['clip', (x) => Math.max(x, 1), 1, Infinity],
  ['clip', (x) => (Number.isNaN(x) ? x : 1), 3, 1],
  ['elu', (x) => (x > 0 ? x : 1.5 * (Math.exp(x) - 1)), 1.5],
];

describe('activation', () => {
  it.each(DEFINITIONS)('%s follows its definition', (kind, definition, alpha, beta) => {
    activate(kind, SPECIAL, alpha, beta).forEach((y, i) => {
      const expected = definition(SPECIAL[i]);
      if (Number.isFinite(expected)) expect(y).toBeCloseTo(expected, 6);
      else expect(y).toBe(expected);
    });
  });

  it('gelu follows x/2 · (1 + erf(x/√2))', () => {
    const known = [0, 0.5, -0.5, 1, -1, 3, -3, 6];
    const expected = [0, 0.34573123, -0.15426877, 0.84134475, -0.15865525, 2.99595031, -0.00404969, 6];
    activate('gelu', known).forEach((y, i) => {
      expect(y).toBeCloseTo(expected[i], 6);
    });
    expect(activate('gelu', [NaN, Infinity, -Infinity])).toEqual([NaN, Infinity, NaN]);
  });

  it('adds a residual first, and takes a slope a channel', () => {
    const x = integers(2 * 3 * 1500, 1, 9);
    const residual = integers(2 * 3 * 1500, 2, 9);
    const slope = Float32Array.of(2, -1, 0.5);
    const [y] = runStep({
      kind: 'activation',
      geometry: { outer: 2, channels: 3, inner: 1500 },
      operands: [x, residual, slope],
      resultSizes: [x.length],
      extras: { activation: { kind: 'prelu', alpha: 0, beta: 0 } },
    });
    const expected = x.map((value, i) => {
      const sum = value + residual[i];
      return sum > 0 ? sum : sum * slope[Math.floor(i / 1500) % 3];
    });
    expect(y).toEqual(expected);
  });

  it('takes one slope for all channels', () => {
    const geometry = { outer: 1, channels: 2, inner: 2 };
    const operands = [Float32Array.of(-1, 2, -3, 4), undefined, Float32Array.of(0.5)];
    const extras = { activation: { kind: 'prelu', alpha: 0, beta: 0 } } as const;
    const [y] = runStep({ kind: 'activation', geometry, operands, resultSizes: [4], extras });
    expect([...y]).toEqual([-0.5, 2, -1.5, 4]);
  });
});

describe('erfc', () => {
  /** From Abramowitz and Stegun, Handbook of Mathematical Functions, tables 7.1 and 7.3, and the series 7.1.6. */
  it.each([
    [0, 1],
    [0.25, 0.7236736098317631],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [2, 0.004677734981047266],
    [3, 2.209049699858544e-5],
    [-0.5, 1.5204998778130465],
    [-2, 1.9953222650189528],
    [-10, 2],
  ])('of %f', (x, expected) => {
    expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(1e-14);
  });

  it('agrees with the series over its whole range', () => {
    for (let x = -5; x <= 5; x += 0.01) {
      let term = x;
      let sum = x;
      for (let n = 1; n < 200; n++) {
        term *= (2 * x * x) / (2 * n + 1);
        sum += term;
      }
      const erf = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
      expect(Math.abs(erfc(x) - (1 - erf))).toBeLessThan(1e-13);
    }
  });

  it('ends at 0 and 2, and keeps NaN', () => {
    expect([erfc(Infinity), erfc(-Infinity), erfc(NaN)]).toEqual([0, 2, NaN]);
    expect(erfc(30)).toBe(0);
  });
});

describe('batchNorm', () => {
  const geometry = { outer: 2, channels: 3, inner: 4 };
  const x = uniform(24, 1);
  const mean = Float32Array.of(0.5, -1, 2);
  const variance = Float32Array.of(1, 0.25, 4);

  it.each([true, false])('normalises each channel, affine: %s', (affine) => {
    const weight = affine ? Float32Array.of(2, -1, 0.5) : undefined;
    const bias = affine ? Float32Array.of(1, 0, -1) : undefined;
    const operands = [x, mean, variance, weight, bias];
    const [y] = runStep({ kind: 'batchNorm', geometry, operands, resultSizes: [24], extras: { scalars: [1e-5] } });
    y.forEach((value, i) => {
      const c = Math.floor(i / 4) % 3;
      const normal = (x[i] - mean[c]) / Math.sqrt(variance[c] + 1e-5);
      expect(value).toBeCloseTo(normal * (weight?.[c] ?? 1) + (bias?.[c] ?? 0), 6);
    });
  });
});

describe('softmax', () => {
  it('sums to one along its axis', () => {
    const [outer, length, inner] = [2, 5, 3];
    const x = uniform(outer * length * inner, 1).map((value) => 100 * value);
    const geometry = { outer, length, inner };
    const [y] = runStep({ kind: 'softmax', geometry, operands: [x], resultSizes: [x.length] });
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const at = (k: number) => (o * length + k) * inner + i;
        const powers = Array.from({ length }, (_, k) => Math.exp(x[at(k)]));
        const sum = powers.reduce((a, b) => a + b);
        powers.forEach((power, k) => {
          expect(y[at(k)]).toBeCloseTo(power / sum, 6);
        });
      }
  });

  it('stays finite for large values, and keeps NaN', () => {
    const geometry = { outer: 3, length: 2, inner: 1 };
    const x = Float32Array.of(1e30, 1e30, -Infinity, 0, NaN, 0);
    const [y] = runStep({ kind: 'softmax', geometry, operands: [x], resultSizes: [6] });
    expect([...y]).toEqual([0.5, 0.5, 0, 1, NaN, NaN]);
  });
});

describe('linear', () => {
  it.each([
    [1, 5, 7],
    [2, 600, 4],
    [3, 600, 5],
    [7, 9, 3],
    [100, 4, 2],
    [4, 0, 3],
    [0, 3, 3],
    [2, 3, 0],
  ])('%i rows, %i to %i features', (rows, inFeatures, outFeatures) => {
    const x = integers(rows * inFeatures, 1);
    const weight = integers(outFeatures * inFeatures, 2);
    const bias = integers(outFeatures, 3);
    const residual = integers(rows * outFeatures, 4);
    const slope = integers(outFeatures, 5);
    const [y] = runStep({
      kind: 'linear',
      geometry: { rows, inFeatures, outFeatures },
      operands: [x, weight, bias, residual, slope],
      resultSizes: [rows * outFeatures],
      extras: { activation: { kind: 'prelu', alpha: 0, beta: 0 } },
    });
    y.forEach((value, i) => {
      const [row, feature] = [Math.floor(i / outFeatures), i % outFeatures];
      let sum = bias[feature] + residual[i];
      for (let k = 0; k < inFeatures; k++) sum += x[row * inFeatures + k] * weight[feature * inFeatures + k];
      expect(value).toBe(sum > 0 ? sum : sum * slope[feature]);
    });
  });

  it('gives a row the same bits alone and among others', () => {
    const [rows, inFeatures, outFeatures] = [5, 700, 6];
    const x = uniform(rows * inFeatures, 1);
    const weight = uniform(outFeatures * inFeatures, 2);
    const run = (input: Float32Array, count: number) =>
      runStep({
        kind: 'linear',
        geometry: { rows: count, inFeatures, outFeatures },
        operands: [input, weight, undefined, undefined, undefined],
        resultSizes: [count * outFeatures],
      })[0];
    const all = run(x, rows);
    for (let row = 0; row < rows; row++) {
      const alone = run(x.slice(row * inFeatures, (row + 1) * inFeatures), 1);
      expect(alone).toEqual(all.slice(row * outFeatures, (row + 1) * outFeatures));
    }
  });
});
