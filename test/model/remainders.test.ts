import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type DataType, writeOnnx } from '../support/onnx-writer.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

interface Operands {
  readonly operator?: string;
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly fmod?: number;
  readonly type?: DataType;
  /** An operand that is an initializer, so that both may be. */
  readonly known?: readonly ('a' | 'b')[];
}

async function compute({ operator = 'Mod', a, b, fmod, type = 'float32', known = [] }: Operands): Promise<number[]> {
  const values = { a, b };
  const names = ['a', 'b'] as const;
  const fed = names.filter((name) => !known.includes(name));
  const initializers = known.map(
    (name) => [name, { type, shape: [values[name].length], values: values[name] }] as const,
  );
  const model = await loadModel(
    writeOnnx({
      nodes: [
        { operator, inputs: names, outputs: ['y'], attributes: fmod === undefined ? {} : { fmod: { int: fmod } } },
      ],
      initializers: Object.fromEntries(initializers),
      inputs: fed.map((name) => ({ name, type, shape: [values[name].length] })),
      outputs: [{ name: 'y', type }],
    }),
  );
  const feeds = Object.fromEntries(fed.map((name) => [name, Tensor.from([...values[name]])]));
  const { y } = await model.run(feeds);
  expect(model.runSync(feeds).y).toEqual(y);
  return [...y.data];
}

/** Pairs, and what glibc's fmodf makes of them. */
const FMODF: readonly (readonly [a: number, b: number, remainder: number])[] = [
  [0.84, 0.02, 0.019999992102384567],
  [1e10, 3, 1],
  [5, inf, 5],
  [-5, inf, -5],
  [3e38, 0.7, 0.2078084945678711],
  [421123111, 3, 0],
  [3.4028234663852886e38, 1e-45, 0],
  [1e38, 1e-10, 9.171498976945358e-11],
  [-7.5, 2, -1.5],
  [7.5, -2, 1.5],
  [-4, 2, -0],
  [0, -3, 0],
  [-0, 3, -0],
  [1.0000001, 1, 1.1920928955078125e-7],
  [3e-45, 2e-45, 0],
  [7e-45, 5.6e-45, 1.401298464324817e-45],
  [1e-40, 3e-41, 9.99826454295757e-42],
  [inf, 2, nan],
  [1, 0, nan],
  [0, 0, nan],
  [nan, 1, nan],
  [1, nan, nan],
  [inf, inf, nan],
];

onEachBackend(() => {
  describe('Mod', () => {
    const a = FMODF.map(([dividend]) => dividend);
    const b = FMODF.map(([, divisor]) => divisor);
    const expected = FMODF.map(([, , remainder]) => Math.fround(remainder));

    it('is C’s fmod where fmod is 1', async () => expect(await compute({ a, b, fmod: 1 })).toEqual(expected));

    it.each([[['b']], [['a']], [['a', 'b']]] as const)('is the same where %j are known', async (known) => {
      if (known.length === 2) {
        expect((await compute({ a, b, fmod: 1, known })).map(Math.fround)).toEqual(expected);
        return;
      }
      expect(await compute({ a, b, fmod: 1, known })).toEqual(expected);
    });

    it('broadcasts', async () => {
      const dividends = Array.from({ length: 70 }, (_, i) => (i - 35) * 1.25);
      const single = dividends.map((value) => value % 3);
      expect(await compute({ a: dividends, b: [3], fmod: 1 })).toEqual(single);
      expect(await compute({ a: dividends, b: [3], fmod: 1, known: ['b'] })).toEqual(single);
      expect(await compute({ a: [100], b: dividends, fmod: 1 })).toEqual(dividends.map((value) => 100 % value));
    });

    it('has the divisor’s sign without fmod, the dividend’s with it', async () => {
      const whole = { a: [7, -7, 7, -7, -6, 6, 0], b: [3, 3, -3, -3, 3, -3, -3], type: 'int32' } as const;
      expect(await compute(whole)).toEqual([1, 2, -2, -1, 0, 0, 0]);
      expect(await compute({ ...whole, fmod: 1 })).toEqual([1, -1, 1, -1, 0, 0, 0]);
      expect(await compute({ ...whole, type: 'int64', known: ['a', 'b'] })).toEqual([1, 2, -2, -1, 0, 0, 0]);
      expect(await compute({ ...whole, known: ['a', 'b'], fmod: 1 })).toEqual([1, -1, 1, -1, 0, 0, 0]);
    });

    it('of whole numbers by 0 is 0, as is their quotient', async () => {
      const zero = { a: [7, -7, 0, 7], b: [0, 0, 0, 2], type: 'int32' } as const;
      for (const known of [[], ['b'], ['a', 'b']] as const) {
        expect(await compute({ ...zero, known })).toEqual([0, 0, 0, 1]);
        expect(await compute({ ...zero, known, fmod: 1 })).toEqual([0, 0, 0, 1]);
        expect(await compute({ ...zero, known, operator: 'Div' })).toEqual([0, 0, 0, 3]);
      }
    });
  });
});
