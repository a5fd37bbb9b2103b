import { type Feeds, loadModel, type Model, Tensor } from 'convkit';
import { describe, expect, it, vi } from 'vitest';
import { type ModelSpec, type NodeSpec, writeOnnx } from '../support/onnx-writer.js';

/** A model of one node whose lists come as feeds, so that they decide shapes at run time. */
function listModel(node: NodeSpec, inputs: Record<string, readonly (number | string)[]>, spec: ModelSpec = {}) {
  return loadModel(
    writeOnnx({
      nodes: [node],
      inputs: Object.entries(inputs).map(([name, shape]) => ({
        name,
        shape,
        type: name === 'x' || name === 'scales' ? 'float32' : 'int64',
      })),
      outputs: [{ name: 'y' }],
      opset: 18,
      ...spec,
    }),
    { maxTensorBytes: 2 ** 26 },
  );
}

const list = (...values: number[]) => ({ data: BigInt64Array.from(values, BigInt), shape: [values.length] });
const one = (value: number) => ({ data: BigInt64Array.of(BigInt(value)), shape: [] });
const x = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 1, 4] };

const HUGE = 3e8;

/** By what is asked for. Each of these took the process down, or the event loop for seconds. */
const CASES: Record<string, { model: () => Promise<Model>; feeds: Feeds; message: RegExp }> = {
  'Resize by sizes': {
    model: () =>
      listModel({ operator: 'Resize', inputs: ['x', '', '', 'sizes'], outputs: ['y'] }, { x: [1, 1, 'n'], sizes: [3] }),
    feeds: { x, sizes: list(1, 1, HUGE) },
    message: /Resize.*300000000/,
  },
  'Resize by scales': {
    model: () =>
      listModel({ operator: 'Resize', inputs: ['x', '', 'scales'], outputs: ['y'] }, { x: [1, 1, 'n'], scales: [3] }),
    feeds: { x, scales: { data: Float32Array.of(1, 1, 7.5e7), shape: [3] } },
    message: /Resize.*300000000/,
  },
  Expand: {
    model: () => listModel({ operator: 'Expand', inputs: ['x', 's'], outputs: ['y'] }, { x: [1, 1, 'n'], s: [3] }),
    feeds: { x, s: list(HUGE, 1, 4) },
    message: /Expand.*1200000000 values/,
  },
  Tile: {
    model: () => listModel({ operator: 'Tile', inputs: ['x', 's'], outputs: ['y'] }, { x: [1, 1, 'n'], s: [3] }),
    feeds: { x, s: list(1, HUGE, 1) },
    message: /Tile.*1200000000 values/,
  },
  Pad: {
    model: () => listModel({ operator: 'Pad', inputs: ['x', 's'], outputs: ['y'] }, { x: [1, 1, 'n'], s: [6] }),
    feeds: { x, s: list(0, 0, HUGE, 0, 0, HUGE) },
    message: /Pad.*600000004 values/,
  },
  ConstantOfShape: {
    model: () => listModel({ operator: 'ConstantOfShape', inputs: ['s'], outputs: ['y'] }, { s: [1] }),
    feeds: list(HUGE),
    message: /ConstantOfShape.*300000000/,
  },
  Range: {
    model: () => listModel({ operator: 'Range', inputs: ['a', 'b', 'c'], outputs: ['y'] }, { a: [], b: [], c: [] }),
    feeds: { a: one(0), b: one(HUGE), c: one(1) },
    message: /Range.*300000000/,
  },
  'Range by nothing': {
    model: () => listModel({ operator: 'Range', inputs: ['a', 'b', 'c'], outputs: ['y'] }, { a: [], b: [], c: [] }),
    feeds: { a: one(0), b: one(1), c: one(0) },
    message: /Range.*delta must not be 0/,
  },
  'a list of shapes that is endless': {
    model: () => listModel({ operator: 'Reshape', inputs: ['x', 's'], outputs: ['y'] }, { x: [1, 1, 'n'], s: ['k'] }),
    feeds: { x, s: { data: new BigInt64Array(1e6).fill(1n), shape: [1e6] } },
    message: /Reshape.*1000000 numbers/,
  },
};

for (const [what, { model, feeds, message }] of Object.entries(CASES)) {
  describe(`${what}, of feeds that ask for too much`, () => {
    it('is refused by the node and the size, in a run and in a warm-up', async () => {
      const loaded = await model();
      for (const run of [() => loaded.run(feeds), () => loaded.warmup(feeds as never)]) {
        const error = await run().catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_(MODEL|SHAPE)$/) });
        expect((error as Error).message).toMatch(message);
      }
      expect(() => loaded.runSync(feeds)).toThrow(message);
    });
  });
}

describe('a model that asks for too much by itself', () => {
  it.each([Number.POSITIVE_INFINITY, Number.NaN])('a Range to %s is refused', async (limit) => {
    const scalar = (value: number) => ({ type: 'float32' as const, shape: [], values: [value] });
    const model = await loadModel(
      writeOnnx({
        nodes: [{ operator: 'Range', inputs: ['a', 'b', 'c'], outputs: ['y'] }],
        initializers: { a: scalar(0), b: scalar(limit), c: scalar(1) },
        outputs: [{ name: 'y' }],
      }),
    );
    await expect(model.run({})).rejects.toThrow(/Range.*no list of numbers/);
  });

  it('a Split into more parts than it has outputs is refused', async () => {
    const node = { operator: 'Split', inputs: ['x'], outputs: ['y'], attributes: { num_outputs: { int: 1e8 } } };
    const model = await listModel(node, { x: [1, 1, 'n'] });
    await expect(model.run({ x })).rejects.toThrow(/Split.*num_outputs is 100000000, but the node has 1 outputs/);
  });

  it('an antialiased Resize of very many values to one is refused for its table', async () => {
    const node = { operator: 'Resize', inputs: ['wide', '', '', 'sizes'], outputs: ['y'] };
    const model = await loadModel(
      writeOnnx({
        nodes: [
          { operator: 'Expand', inputs: ['x', 'shape'], outputs: ['wide'] },
          { ...node, attributes: { mode: { string: 'linear' }, antialias: { int: 1 } } },
        ],
        initializers: {
          shape: { type: 'int64', shape: [1], values: [1e8] },
          sizes: { type: 'int64', shape: [1], values: [1] },
        },
        inputs: [{ name: 'x', shape: [1] }],
        outputs: [{ name: 'y' }],
        opset: 18,
      }),
    );
    const feed = { data: Float32Array.of(1), shape: [1] };
    await expect(model.run(feed)).rejects.toThrow(/Resize.*100000000 numbers/);
  });

  it('much that follows from little is left to the program, which computes it', async () => {
    const model = await loadModel(
      writeOnnx({
        nodes: [
          {
            operator: 'ConstantOfShape',
            inputs: ['shape'],
            outputs: ['ones'],
            attributes: { value: { tensor: { shape: [1], values: [2] } } },
          },
          { operator: 'ReduceMean', inputs: ['ones'], outputs: ['y'] },
        ],
        initializers: { shape: { type: 'int64', shape: [1], values: [1e8] } },
        outputs: [{ name: 'y' }],
      }),
    );
    expect([...(await model.run({})).y.data]).toEqual([2]);
  });

  it('a Concat of 200,000 inputs is computed', async () => {
    const count = 200_000;
    const model = await loadModel(
      writeOnnx({
        nodes: [
          {
            operator: 'Concat',
            inputs: new Array<string>(count).fill('x'),
            outputs: ['y'],
            attributes: { axis: { int: 0 } },
          },
        ],
        inputs: [{ name: 'x', shape: [1] }],
        outputs: [{ name: 'y' }],
      }),
    );
    const { y } = await model.run({ data: Float32Array.of(7), shape: [1] });
    expect(y.shape).toEqual([count]);
    expect(y.data.every((value) => value === 7)).toBe(true);
  });
});

describe('maxTensorBytes', () => {
  const RELU: ModelSpec = {
    nodes: [{ operator: 'Relu', inputs: ['x'], outputs: ['y'] }],
    inputs: [{ name: 'x', shape: ['n'] }],
    outputs: [{ name: 'y' }],
  };

  it('holds for feeds too, and to the byte', async () => {
    const model = await loadModel(writeOnnx(RELU), { maxTensorBytes: 40 });
    const feed = (size: number) => ({ data: new Float32Array(size), shape: [size] });
    expect((await model.run(feed(10))).y.shape).toEqual([10]);
    await expect(model.run(feed(11))).rejects.toThrow(/'x'.* 44 bytes, but may have 40 .*maxTensorBytes/);
    expect(() => model.runSync(feed(11))).toThrow(/maxTensorBytes/);
  });

  it('holds for the zeros of a warm-up, before there are any', async () => {
    const spec = { ...RELU, inputs: [{ name: 'x', shape: [1, 2 ** 30] }] };
    const model = await loadModel(writeOnnx(spec));
    const zeros = vi.spyOn(Tensor, 'zeros');
    await expect(model.warmup()).rejects.toThrow(/'x'.* 4294967296 bytes, but may have 1073741824/);
    expect(() => model.summary()).toThrow(/maxTensorBytes/);
    expect(zeros).not.toHaveBeenCalled();
    zeros.mockRestore();
  });

  it.each([0, -1, 1.5, Number.NaN, '4'])('%s is refused', async (maxTensorBytes) => {
    await expect(loadModel(writeOnnx(RELU), { maxTensorBytes: maxTensorBytes as number })).rejects.toThrow(
      /maxTensorBytes/,
    );
  });
});
