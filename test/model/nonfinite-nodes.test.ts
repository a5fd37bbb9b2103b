import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type AttributeSpec, type ModelSpec, writeOnnx } from '../support/onnx-writer.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

async function runOne(
  operator: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: Readonly<Record<string, AttributeSpec>> = {},
  known: readonly string[] = [],
): Promise<Tensor> {
  const fed = Object.entries(inputs).filter(([name]) => !known.includes(name));
  const constants = Object.entries(inputs).filter(([name]) => known.includes(name));
  const spec: ModelSpec = {
    nodes: [{ operator, inputs: Object.keys(inputs), outputs: ['y'], attributes }],
    initializers: Object.fromEntries(constants.map(([name, { shape, data }]) => [name, { shape, values: data }])),
    inputs: fed.map(([name, { shape }]) => ({ name, shape })),
    outputs: [{ name: 'y' }],
  };
  const model = await loadModel(writeOnnx(spec));
  const { y } = await model.run(Object.fromEntries(fed));
  expect(model.runSync(Object.fromEntries(fed)).y).toEqual(y);
  return y;
}

onEachBackend(() => {
  describe('ArgMin and ArgMax', () => {
    // What NumPy and PyTorch say: a NaN is found before any number.
    it.each([
      [[1, nan, -3, nan, 5], 1, 3],
      [[nan, 1, -3], 0, 0],
      [[nan, nan], 0, 1],
      [[1, nan], 1, 1],
      [[inf, -inf, nan, inf], 2, 2],
    ] as const)('of %j', async (line, first, last) => {
      for (const operator of ['ArgMin', 'ArgMax']) {
        for (const known of [[], ['x']]) {
          const x = Tensor.from([...line]);
          const place = async (select: number) =>
            [...(await runOne(operator, { x }, { select_last_index: { int: select } }, known)).data][0];
          expect([await place(0), await place(1)], operator).toEqual([first, last]);
        }
      }
    });

    it('of numbers and infinities', async () => {
      const x = Tensor.from([[3, -inf, inf, -inf, inf, 0]]);
      const places = async (operator: string, last: number) => [
        ...(await runOne(operator, { x }, { axis: { int: 1 }, select_last_index: { int: last } })).data,
      ];
      expect(await places('ArgMin', 0)).toEqual([1]);
      expect(await places('ArgMin', 1)).toEqual([3]);
      expect(await places('ArgMax', 0)).toEqual([2]);
      expect(await places('ArgMax', 1)).toEqual([4]);
    });

    it('find the NaN of each of many columns', async () => {
      const x = Tensor.zeros([7, 100]);
      for (let column = 0; column < 100; column++) x.data[(column % 7) * 100 + column] = nan;
      const expected = Array.from({ length: 100 }, (_, column) => column % 7);
      expect([...(await runOne('ArgMin', { x })).data]).toEqual(expected);
      expect([...(await runOne('ArgMax', { x })).data]).toEqual(expected);
    });
  });

  describe('extremes', () => {
    it('are NaN where there is one', async () => {
      const [a, b] = [Tensor.from([1, nan, 1]), Tensor.from([nan, 1, 2])];
      expect([...(await runOne('Min', { a, b })).data]).toEqual([nan, nan, 1]);
      expect([...(await runOne('Max', { a, b })).data]).toEqual([nan, nan, 2]);
      expect([...(await runOne('ReduceMin', { a })).data]).toEqual([nan]);
      expect([...(await runOne('ReduceMax', { a })).data]).toEqual([nan]);
    });

    it('of Clip are NaN where a bound is, whether known or not', async () => {
      const one = (value: number) => Tensor.from(value);
      for (const known of [[], ['low', 'high']]) {
        const clip = async (low: number, high: number) => [
          ...(await runOne('Clip', { x: Tensor.from([1, nan, -5]), low: one(low), high: one(high) }, {}, known)).data,
        ];
        expect(await clip(nan, 3)).toEqual([nan, nan, nan]);
        expect(await clip(0, nan)).toEqual([nan, nan, nan]);
        expect(await clip(0, 3)).toEqual([1, nan, 0]);
        expect(await clip(3, 2)).toEqual([2, nan, 2]);
      }
    });

    it('of TopK count NaN as the largest, as PyTorch does', async () => {
      const x = Tensor.from([1, nan, -3, nan, 5]);
      const k = { type: 'int64', shape: [1], values: [5] } as const;
      const order = async (largest: number) => {
        const spec: ModelSpec = {
          nodes: [
            { operator: 'TopK', inputs: ['x', 'k'], outputs: ['y', 'i'], attributes: { largest: { int: largest } } },
          ],
          initializers: { k },
          inputs: [{ name: 'x', shape: [5] }],
          outputs: [{ name: 'y' }, { name: 'i', type: 'int64' }],
        };
        return [...(await loadModel(writeOnnx(spec))).runSync(x).i.data];
      };
      expect(await order(1)).toEqual([1, 3, 4, 0, 2]);
      expect(await order(0)).toEqual([2, 0, 4, 1, 3]);
    });
  });

  describe('Gemm with beta 0', () => {
    const inputs = {
      a: Tensor.from([[3, 4]]),
      b: Tensor.from([
        [1, 0],
        [0, 1],
      ]),
    };
    it.each([
      ['one value a column', Tensor.from([nan, inf])],
      ['one value', Tensor.from([nan])],
      ['whole', Tensor.from([[nan, -inf]])],
      ['one value a row', Tensor.from([[inf]])],
    ])('does not read c: %s', async (_, c) => {
      for (const known of [[], ['c'], ['b', 'c'], ['a', 'b', 'c']]) {
        const y = await runOne('Gemm', { ...inputs, c }, { beta: { float: 0 } }, known);
        expect(y.toNested()).toEqual([[3, 4]]);
        expect((await runOne('Gemm', { ...inputs, c }, { beta: { float: -0 } }, known)).toNested()).toEqual([[3, 4]]);
      }
      const added = await runOne('Gemm', { ...inputs, c }, { beta: { float: 1 } });
      expect([...added.data].every(Number.isFinite)).toBe(false);
    });
  });
});
