import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type AttributeSpec, writeOnnx } from '../support/onnx-writer.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const LARGEST = 3.4028234663852886e38;

/** Where functions overflow, cancel, saturate or round. */
const VALUES = [
  ...[0, 2e-38, 1e-20, 1e-7, 3e-4, 0.01, 0.3, 0.49999997, 0.5, 1, 1.5, 2.5, 5.5, 9, 17, 30, 60, 87, 88.8, 104, 1e3],
  ...[8388607.5, 8388609, 16777216, 2147483648, 1e19, 1e30, LARGEST, inf],
].flatMap((value) => [value, -value]);
VALUES.push(nan);

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const toEven = (x: number) => {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
};

interface Function {
  readonly operator: string;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  readonly of: (x: number) => number;
}

const FUNCTIONS: readonly Function[] = [
  { operator: 'Exp', of: Math.exp },
  { operator: 'Log', of: Math.log },
  { operator: 'Sqrt', of: Math.sqrt },
  { operator: 'Reciprocal', of: (x) => 1 / x },
  { operator: 'Abs', of: Math.abs },
  { operator: 'Neg', of: (x) => -x },
  { operator: 'Sign', of: Math.sign },
  { operator: 'Floor', of: Math.floor },
  { operator: 'Ceil', of: Math.ceil },
  { operator: 'Round', of: toEven },
  { operator: 'Sigmoid', of: (x) => 1 / (1 + Math.exp(-x)) },
  { operator: 'Tanh', of: Math.tanh },
  { operator: 'Softplus', of: softplus },
  { operator: 'Softsign', of: (x) => x / (1 + Math.abs(x)) },
  { operator: 'Elu', attributes: { alpha: { float: 2 } }, of: (x) => (x > 0 ? x : 2 * Math.expm1(x)) },
  {
    operator: 'Selu',
    attributes: { alpha: { float: 1.5 }, gamma: { float: 2 } },
    of: (x) => 2 * (x > 0 ? x : 1.5 * Math.expm1(x)),
  },
  { operator: 'Celu', attributes: { alpha: { float: 0.5 } }, of: (x) => (x > 0 ? x : 0.5 * Math.expm1(x / 0.5)) },
  { operator: 'HardSigmoid', of: (x) => Math.max(0, Math.min(1, Math.fround(0.2) * x + 0.5)) },
  { operator: 'LeakyRelu', attributes: { alpha: { float: 0.25 } }, of: (x) => (x < 0 ? x * 0.25 : x) },
  { operator: 'Relu', of: (x) => Math.max(0, x) },
  { operator: 'ThresholdedRelu', of: (x) => (x > 1 ? x : 0) },
];

/** Denormal results may be 0, as docs/architecture.md says. */
const LEAST_NORMAL = 1.1754943508222875e-38;

function misfit(actual: Float32Array, f: Function): string | undefined {
  for (const [i, value] of VALUES.entries()) {
    const x = Math.fround(value);
    const expected = f.of(x);
    const rounded = Math.fround(expected);
    const near = Math.abs(actual[i] - expected) <= 1e-6 * Math.abs(expected) + LEAST_NORMAL;
    if (near || Object.is(actual[i], rounded) || (rounded === actual[i] && rounded !== 0)) continue;
    return `${f.operator}(${x}) is ${actual[i]}, not ${expected}`;
  }
  return undefined;
}

async function compute(operator: string, inputs: readonly Tensor[], attributes = {}, known = false): Promise<Tensor> {
  const names = inputs.map((_, i) => `x${i}`);
  const values = inputs.map(({ shape, data }, i) => [names[i], { shape, values: data }] as const);
  const model = await loadModel(
    writeOnnx({
      nodes: [{ operator, inputs: names, outputs: ['y'], attributes }],
      initializers: known ? Object.fromEntries(values) : {},
      inputs: known ? [] : inputs.map(({ shape }, i) => ({ name: names[i], shape })),
      outputs: [{ name: 'y' }],
    }),
  );
  return model.runSync(known ? {} : Object.fromEntries(inputs.map((tensor, i) => [names[i], tensor]))).y;
}

onEachBackend(() => {
  describe('values that functions are hard for', () => {
    it.each(FUNCTIONS)('$operator', async (f) => {
      const x = Tensor.from(VALUES);
      expect(misfit((await compute(f.operator, [x], f.attributes)).data, f)).toBeUndefined();
      expect(misfit((await compute(f.operator, [x], f.attributes, true)).data, f)).toBeUndefined();
    });

    it('Erf, near 0 and where it is 1', async () => {
      // By mpmath.
      const x = [0, 1e-20, 1e-4, 0.5, 1, 2, 3.5, 6, 1e30, inf];
      const y = [0, 1.1283791671e-20, 1.1283791633e-4, 0.5204998778, 0.8427007929, 0.995322265, 0.9999992569, 1, 1, 1];
      const both = (values: number[]) => [...values, ...values.map((value) => -value)];
      const actual = (await compute('Erf', [Tensor.from([...both(x), nan])])).data;
      for (const [i, value] of both(y).entries()) {
        expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(1e-6 * Math.abs(value));
      }
      expect(actual[20]).toBeNaN();
    });

    it('Pow, as C has it', async () => {
      const cases: readonly (readonly [number, number, number])[] = [
        [1, nan, 1],
        [nan, 0, 1],
        [-1, inf, 1],
        [-1, -inf, 1],
        [0, -1, inf],
        [-0, -1, -inf],
        [-0, -2, inf],
        [-8, 3, -512],
        [-8, 0.5, nan],
        [-inf, 0.5, inf],
        [-0, 0.5, 0],
        [-inf, 3, -inf],
        [-inf, -3, -0],
        [2, 127, 2 ** 127],
        [2, 128, inf],
        [2, -126, 2 ** -126],
        [0.5, inf, 0],
        [16777216, 2, 2 ** 48],
        [10, -10, 1e-10],
        [1e30, -0.5, 1e-15],
      ];
      const actual = (await compute('Pow', [Tensor.from(cases.map(([a]) => a)), Tensor.from(cases.map(([, b]) => b))]))
        .data;
      for (const [i, [a, b, power]] of cases.entries()) {
        const one = (await compute('Pow', [Tensor.from([a]), Tensor.from([b])])).data[0];
        for (const value of [actual[i], one]) {
          if (Number.isFinite(power) && power !== 0) expect(value / power, `${a} ** ${b}`).toBeCloseTo(1, 5);
          else expect(value, `${a} ** ${b}`).toBe(power);
        }
      }
    });

    it('LogSoftmax and Softmax of values far apart', async () => {
      const x = Tensor.from([
        [1000, 0, -1000],
        [1e30, 1e30, -inf],
        [-200, -200, -200],
        [88, 89, 90],
      ]);
      const logs = (await compute('LogSoftmax', [x], { axis: { int: 1 } })).toNested() as number[][];
      expect(logs[0]).toEqual([0, -1000, -2000]);
      expect(logs[1]).toEqual([Math.fround(-Math.LN2), Math.fround(-Math.LN2), -inf]);
      for (const value of logs[2]) expect(value).toBeCloseTo(-Math.log(3), 6);
      expect(logs[3][2]).toBeCloseTo(-Math.log(1 + Math.exp(-1) + Math.exp(-2)), 6);
      const shares = (await compute('Softmax', [x], { axis: { int: 1 } })).toNested() as number[][];
      expect(shares[0]).toEqual([1, 0, 0]);
      expect(shares[1]).toEqual([0.5, 0.5, 0]);
    });
  });
});
