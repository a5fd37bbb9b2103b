import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';
import { hash32 } from '../support/random.js';
import { type PoolNode, poolByDefinition, poolOutput } from './pool-reference.js';

const SEED = Number(process.env.CONVKIT_SEED ?? 15);

/** A pooling with one of everything that ONNX lets it be told, from a seed. */
function drawPool(seed: number): PoolNode {
  let draws = 0;
  const upTo = (least: number, most: number) =>
    least + (hash32(Math.imul(seed, 0x9e3779b9) + draws++) % (most - least + 1));
  const kind = (['MaxPool', 'AveragePool', 'LpPool'] as const)[upTo(0, 2)];
  const rank = upTo(1, 3);
  const list = (least: number, most: number, length = rank) => Array.from({ length }, () => upTo(least, most));
  const kernel = list(1, 4);
  const before = kernel.map((k) => upTo(0, k));
  const after = kernel.map((k) => upTo(0, k));
  return {
    kind,
    shape: [upTo(1, 2), 2, ...list(1, 9, rank - 1), upTo(0, 3) === 0 ? upTo(10, 90) : upTo(1, 9)],
    kernel,
    stride: list(1, 4),
    dilation: upTo(0, 2) === 0 ? list(1, 3) : list(1, 1),
    autoPad: (['NOTSET', 'NOTSET', 'NOTSET', 'NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'] as const)[upTo(0, 6)],
    pads: [...before, ...after],
    ceil: upTo(0, 2) !== 0,
    countPadding: upTo(0, 1) === 1,
    p: upTo(1, 3),
    columnMajor: upTo(0, 1) === 1,
  };
}

function specOf(pool: PoolNode): ModelSpec {
  const { kind, shape, kernel, stride, dilation, autoPad, pads, ceil, countPadding, p, columnMajor } = pool;
  return {
    opset: 21,
    nodes: [
      {
        operator: kind,
        inputs: ['x'],
        outputs: kind === 'MaxPool' ? ['y', 'places'] : ['y'],
        attributes: {
          kernel_shape: { ints: kernel },
          strides: { ints: stride },
          dilations: { ints: dilation },
          ceil_mode: { int: ceil ? 1 : 0 },
          ...(autoPad === 'NOTSET' ? { pads: { ints: pads } } : { auto_pad: { string: autoPad } }),
          ...(kind === 'AveragePool' ? { count_include_pad: { int: countPadding ? 1 : 0 } } : {}),
          ...(kind === 'LpPool' ? { p: { int: p } } : {}),
          ...(kind === 'MaxPool' ? { storage_order: { int: columnMajor ? 1 : 0 } } : {}),
        },
      },
    ],
    inputs: [{ name: 'x', shape }],
    outputs: [{ name: 'y' }, ...(kind === 'MaxPool' ? [{ name: 'places', type: 'int64' as const }] : [])],
  };
}

function inputOf(shape: readonly number[], seed: number): Tensor {
  const x = Tensor.zeros(shape);
  for (let i = 0; i < x.size; i++) x.data[i] = (hash32(seed * 977 + i) % 41) - 20;
  return x;
}

async function compare(pool: PoolNode, seed: number): Promise<void> {
  const what = `seed ${seed}: ${JSON.stringify(pool)}`;
  const x = inputOf(pool.shape, seed);
  const expected = poolByDefinition(pool, x.data);
  const { y, places } = (await loadModel(writeOnnx(specOf(pool)))).runSync(x);
  expect(y.shape, what).toEqual([...pool.shape.slice(0, 2), ...expected.space]);
  const scale = Math.max(1, ...expected.values.filter(Number.isFinite).map(Math.abs));
  const wrong = expected.values.findIndex(
    (value, i) => !(Math.abs(y.data[i] - value) <= 1e-5 * scale) && y.data[i] !== value,
  );
  expect(wrong === -1 ? '' : `value ${wrong} is ${y.data[wrong]}, not ${expected.values[wrong]}; ${what}`).toBe('');
  if (pool.kind !== 'MaxPool') return;
  // A window with nothing of the input in it has no place.
  const lost = expected.places.findIndex((place, i) => place !== undefined && places.data[i] !== place);
  expect(lost === -1 ? '' : `place ${lost} is ${places.data[lost]}, not ${expected.places[lost]}; ${what}`).toBe('');
}

/** Seeds of poolings with an output: 3,000 candidates give some 2,400. */
const SEEDS = Array.from({ length: 3000 }, (_, i) => SEED * 100_000 + i).filter((seed) =>
  poolOutput(drawPool(seed)).every((size) => size > 0),
);

onEachBackend(() => {
  describe('poolings as nodes', () => {
    it(`are what their definition says, from seed ${SEED}`, async () => {
      expect(SEEDS.length).toBeGreaterThan(2000);
      for (const seed of SEEDS) await compare(drawPool(seed), seed);
    }, 120_000);

    const uneven: PoolNode = {
      kind: 'MaxPool',
      shape: [1, 1, 5, 5],
      kernel: [3, 3],
      stride: [2, 2],
      dilation: [1, 1],
      autoPad: 'NOTSET',
      pads: [1, 1, 2, 2],
      ceil: true,
      countPadding: false,
      p: 2,
      columnMajor: false,
    };
    const run = async (pool: PoolNode, x: Tensor) => (await loadModel(writeOnnx(specOf(pool)))).runSync(x);
    const counted = new Tensor(
      Float32Array.from({ length: 25 }, (_, i) => i),
      [1, 1, 5, 5],
    );

    // Values of onnxruntime 1.30.
    it('take no maximum of a window that begins after the input', async () => {
      const { y, places } = await run(uneven, counted);
      expect(y.toNested()).toEqual([
        [
          [
            [6, 8, 9],
            [16, 18, 19],
            [21, 23, 24],
          ],
        ],
      ]);
      expect([...places.data]).toEqual([...y.data]);
    });

    it('divide by what is inside the input and its padding', async () => {
      const mean = await run({ ...uneven, kind: 'AveragePool' }, counted);
      expect(mean.y.toNested()).toEqual([
        [
          [
            [3, 4.5, 6],
            [10.5, 12, 13.5],
            [18, 19.5, 21],
          ],
        ],
      ]);
      const all = await run({ ...uneven, kind: 'AveragePool', countPadding: true }, counted);
      expect(all.y.shape).toEqual([1, 1, 3, 3]);
      expect(all.y.data[8]).toBeCloseTo((18 + 19 + 23 + 24) / 9, 5);
    });

    it('sum what is there', async () => {
      const line = { ...uneven, kind: 'LpPool', shape: [1, 1, 3], kernel: [2], stride: [2], dilation: [1] } as const;
      const { y } = await run({ ...line, pads: [0, 0], p: 1 }, Tensor.from([[[1, 2, 3]]]));
      expect(y.toNested()).toEqual([[[3, 3]]]);
    });
  });
});
