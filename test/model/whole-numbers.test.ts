import { Batcher, loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type AttributeSpec, type DataType, type ModelSpec, type NodeSpec, writeOnnx } from '../support/onnx-writer.js';

/** What a node makes of operands of one type: the first ones are fed, unless all are to be constants. */
interface Request {
  readonly operator: string;
  readonly type: DataType;
  readonly operands: readonly (readonly number[])[];
  readonly shape?: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  readonly opset?: number;
  /** Inputs that are no operands of the type: names of further initializers. */
  readonly more?: readonly string[];
}

const FURTHER: ModelSpec['initializers'] = {
  none: { shape: [0], values: [] },
  twice: { type: 'float32', shape: [4], values: [1, 1, 1, 2] },
  size4: { type: 'int64', shape: [4], values: [1, 1, 1, 4] },
  size2: { type: 'int64', shape: [4], values: [1, 1, 1, 2] },
  size3: { type: 'int64', shape: [4], values: [1, 1, 1, 3] },
  half: { type: 'float32', shape: [1], values: [0.5] },
  grid: { type: 'float32', shape: [1, 1, 3, 2], values: [-0.5, 0, 0, 0, 0.4, 0] },
};

function specOf(request: Request, constant: boolean): ModelSpec {
  const { operator, type, operands, attributes = {}, opset = 17, more = [] } = request;
  const names = operands.map((_, i) => `x${i}`);
  const shapes = operands.map((values) => request.shape ?? [values.length]);
  const stored = Object.fromEntries(names.map((name, i) => [name, { type, shape: shapes[i], values: operands[i] }]));
  const node: NodeSpec = { operator, inputs: [...names, ...more], outputs: ['y'], attributes };
  return {
    opset,
    nodes: [node],
    initializers: { ...FURTHER, ...(constant ? stored : {}) },
    inputs: constant ? [] : names.map((name, i) => ({ name, type, shape: shapes[i] })),
    outputs: [{ name: 'y', type }],
  };
}

/** Fed and folded, which must be the same. */
async function results(request: Request): Promise<number[][]> {
  const feeds = Object.fromEntries(
    request.operands.map((values, i) => [
      `x${i}`,
      { data: Float32Array.from(values), shape: request.shape ?? [values.length] },
    ]),
  );
  const all: number[][] = [];
  for (const constant of [false, true]) {
    const model = await loadModel(writeOnnx(specOf(request, constant)));
    all.push([...model.runSync(constant ? {} : feeds).y.data]);
    model.dispose();
  }
  return all;
}

const linear = { mode: { string: 'linear' } };
const image = (values: readonly number[]) => ({ operands: [values], shape: [1, 1, 1, values.length] });

/** Each with the source of what is expected. */
const CASES: readonly (readonly [what: string, request: Request, expected: readonly number[]])[] = [
  [
    'ReduceMean divides towards zero (onnxruntime)',
    {
      operator: 'ReduceMean',
      type: 'int32',
      operands: [[-1, -2, 0, 7, 7, 6]],
      shape: [2, 3],
      attributes: { axes: { ints: [1] } },
    },
    [-1, 6],
  ],
  [
    'ReduceMean of equal numbers is that number',
    { operator: 'ReduceMean', type: 'int64', operands: [new Array<number>(49).fill(41)] },
    [41],
  ],
  [
    'Mean divides towards zero',
    {
      operator: 'Mean',
      type: 'int32',
      operands: [
        [1, -1],
        [2, -2],
        [2, -2],
      ],
    },
    [1, -1],
  ],
  [
    'Div truncates (C)',
    {
      operator: 'Div',
      type: 'int32',
      operands: [
        [7, -7, 7, -7],
        [2, 2, -2, -2],
      ],
    },
    [3, -3, -3, 3],
  ],
  [
    'Div of large numbers',
    {
      operator: 'Div',
      type: 'int32',
      operands: [
        [16777215, 16777214, 16777213],
        [16777216, 16777215, 3],
      ],
    },
    [0, 0, 5592404],
  ],
  [
    "Mod has the divisor's sign (NumPy)",
    {
      operator: 'Mod',
      type: 'int64',
      operands: [
        [7, -7, 7, -7],
        [3, 3, -3, -3],
      ],
    },
    [1, 2, -2, -1],
  ],
  [
    'Pow is whole (NumPy)',
    {
      operator: 'Pow',
      type: 'int32',
      operands: [
        [7, 5, 3, -3, 10],
        [5, 3, 13, 3, 7],
      ],
    },
    [16807, 125, 1594323, -27, 10000000],
  ],
  [
    'Pow by a fraction truncates (onnxruntime)',
    { operator: 'Pow', type: 'int32', operands: [[10, 9, 2]], more: ['half'] },
    [3, 3, 1],
  ],
  [
    'Resize truncates (onnxruntime)',
    { operator: 'Resize', type: 'uint8', ...image([0, 100, 255]), attributes: linear, more: ['none', '', 'size4'] },
    [0, 62, 158, 255],
  ],
  [
    'Resize truncates towards zero (onnxruntime)',
    { operator: 'Resize', type: 'int8', ...image([-128, 0, 127]), attributes: linear, more: ['none', '', 'size4'] },
    [-128, -48, 47, 127],
  ],
  [
    'Resize that is antialiased rounds (onnxruntime)',
    {
      operator: 'Resize',
      type: 'uint8',
      opset: 18,
      ...image([0, 100, 255]),
      attributes: { ...linear, antialias: { int: 1 } },
      more: ['none', '', 'size2'],
    },
    [33, 203],
  ],
  [
    'Resize that is antialiased rounds below zero (onnxruntime)',
    {
      operator: 'Resize',
      type: 'int32',
      opset: 18,
      ...image([0, 7, -20, 33, 90]),
      attributes: { ...linear, antialias: { int: 1 } },
      more: ['none', '', 'size3'],
    },
    [3, -2, 69],
  ],
  [
    'Resize stays within the type where a cubic overshoots',
    {
      operator: 'Resize',
      type: 'uint8',
      ...image([255, 255, 0, 0]),
      attributes: { mode: { string: 'cubic' } },
      more: ['none', 'twice'],
    },
    [255, 255, 255, 197, 57, 0, 0, 0],
  ],
  [
    'Resize keeps one colour',
    {
      operator: 'Resize',
      type: 'uint16',
      ...image([60001, 60001, 60001]),
      attributes: linear,
      more: ['none', 'twice'],
    },
    [60001, 60001, 60001, 60001, 60001, 60001],
  ],
  [
    'Resize keeps large numbers',
    { operator: 'Resize', type: 'int32', ...image([9999999, 9999999]), attributes: linear, more: ['none', 'twice'] },
    [9999999, 9999999, 9999999, 9999999],
  ],
  [
    'Upsample truncates',
    { operator: 'Upsample', type: 'int32', opset: 9, ...image([0, 5]), attributes: linear, more: ['twice'] },
    [0, 2, 5, 5],
  ],
  [
    'GridSample truncates',
    { operator: 'GridSample', type: 'int32', ...image([0, 10, 21]), more: ['grid'] },
    [2, 10, 16],
  ],
  [
    'AveragePool truncates',
    {
      operator: 'AveragePool',
      type: 'int32',
      ...image([1, 2, -1, -2, 9, 9]),
      attributes: { kernel_shape: { ints: [1, 2] }, strides: { ints: [1, 2] } },
    },
    [1, -1, 9],
  ],
  ['GlobalAveragePool truncates', { operator: 'GlobalAveragePool', type: 'int32', ...image([1, 2, 2]) }, [1]],
  ['Clip stays whole', { operator: 'Clip', type: 'int32', operands: [[-5, 3, 9]] }, [-5, 3, 9]],
  [
    'PRelu stays whole',
    {
      operator: 'PRelu',
      type: 'int32',
      operands: [
        [-5, 3],
        [3, 3],
      ],
    },
    [-15, 3],
  ],
];

/** y = x / 2 of what a pooling gives: it truncates only if the pooling keeps the type. */
const TYPE_KEPT: ModelSpec = {
  nodes: [
    { operator: 'MaxPool', inputs: ['x'], outputs: ['most'], attributes: { kernel_shape: { ints: [1, 2] } } },
    { operator: 'Div', inputs: ['most', 'two'], outputs: ['y'] },
  ],
  initializers: { two: { type: 'uint8', shape: [1], values: [2] } },
  inputs: [{ name: 'x', type: 'uint8', shape: [1, 1, 1, 4] }],
  outputs: [{ name: 'y', type: 'uint8' }],
};

const REFUSED: readonly (readonly [DataType, number, string])[] = [
  ['int32', 1.5, 'whole numbers from -2147483648 to 2147483647, but element 1 is 1.5'],
  ['int32', 2 ** 31, 'whole numbers from -2147483648 to 2147483647'],
  ['int64', 0.5, 'whole'],
  ['int64', 1e20, 'whole'],
  ['int64', Number.NaN, 'element 1 is NaN'],
  ['int64', Number.POSITIVE_INFINITY, 'element 1 is Infinity'],
  ['uint8', 300, 'whole numbers from 0 to 255, but element 1 is 300'],
  ['uint8', -1, 'whole'],
  ['int8', -200, 'whole numbers from -128 to 127'],
  ['int8', 128, 'whole'],
  ['uint16', 65536, 'whole'],
  ['int16', 32768, 'whole'],
  ['uint32', -1, 'whole'],
  ['uint64', -1, 'whole'],
  ['bool', 2, 'whole numbers 0 and 1, but element 1 is 2'],
  ['bool', 0.5, 'whole'],
];

const CASTS = (type: DataType): ModelSpec => ({
  nodes: [{ operator: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: { int: 1 } } }],
  inputs: [{ name: 'x', type, shape: ['n', 2] }],
  outputs: [{ name: 'y', shape: ['n', 2] }],
});

describe('Whole numbers stay whole', () => {
  onEachBackend(() => {
    it.each(CASES)('%s', async (_what, request, expected) => {
      expect(await results(request)).toEqual([expected, expected]);
    });

    it('a pooling keeps the type', async () => {
      const model = await loadModel(writeOnnx(TYPE_KEPT));
      expect([...model.runSync({ data: Uint8Array.of(1, 3, 5, 4), shape: [1, 1, 1, 4] }).y.data]).toEqual([1, 2, 2]);
      model.dispose();
    });

    it.each(REFUSED)('an input of %s refuses %d', async (type, value, message) => {
      const model = await loadModel(writeOnnx(CASTS(type)));
      const feed = { data: Float32Array.of(0, value), shape: [1, 2] };
      expect(() => model.runSync(feed)).toThrow(message);
      await expect(model.run({ x: feed })).rejects.toThrow(message);
      await expect(model.warmup({ x: feed })).rejects.toThrow(message);
      model.dispose();
    });

    it('takes the largest values of each type', async () => {
      const feeds: readonly (readonly [DataType, ArrayBufferView & ArrayLike<number | bigint>])[] = [
        ['uint8', Uint8Array.of(0, 255)],
        ['uint8', Int32Array.of(0, 255)],
        ['int8', Int8Array.of(-128, 127)],
        ['uint16', Float32Array.of(0, 65535)],
        ['int32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
        ['int64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
        ['uint64', BigUint64Array.of(0n, 2n ** 64n - 1n)],
        ['bool', Uint8Array.of(0, 1)],
        ['bool', Float32Array.of(-0, 1)],
      ];
      for (const [type, data] of feeds) {
        const model = await loadModel(writeOnnx(CASTS(type)));
        const { y } = model.runSync({ data: data as Uint8Array, shape: [1, 2] });
        expect([...y.data]).toEqual(Array.from(data, (value) => Math.fround(Number(value))));
        model.dispose();
      }
    });

    it('refuses an array of a wider type by its values', async () => {
      const model = await loadModel(writeOnnx(CASTS('int32')));
      const run = (...values: bigint[]) => model.runSync({ data: BigInt64Array.from(values), shape: [1, 2] });
      expect([...run(-5n, 2n ** 20n).y.data]).toEqual([-5, 2 ** 20]);
      expect(() => run(0n, 2n ** 31n)).toThrow('whole numbers');
      model.dispose();
    });

    it('a fraction among requests of a batcher harms its own alone', async () => {
      const model = await loadModel(writeOnnx(CASTS('int32')));
      const batcher = new Batcher(model, { maxBatch: 4, maxDelayMs: 5 });
      const requests = [1, 1.5, 3].map((value) => batcher.run(Tensor.from([value, 7])));
      const settled = await Promise.allSettled(requests);
      expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(String((settled[1] as PromiseRejectedResult).reason)).toContain('whole');
      await batcher.close();
      model.dispose();
    });
  });
});
