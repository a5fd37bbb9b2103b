import {
  ArgumentError,
  loadModel,
  type Model,
  ModelError,
  NativeError,
  ShapeError,
  Tensor,
  UnsupportedError,
} from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';

const load = (spec: ModelSpec): Promise<Model> => loadModel(writeOnnx(spec));

/** Scores and boxes to the boxes that are left, of any number. */
const SELECTION: ModelSpec = {
  nodes: [
    { operator: 'NonMaxSuppression', inputs: ['boxes', 'scores', 'most', 'iou'], outputs: ['selected'] },
    { operator: 'Gather', inputs: ['selected', 'two'], outputs: ['places'], attributes: { axis: { int: 1 } } },
    { operator: 'Squeeze', inputs: ['boxes', 'zero'], outputs: ['list'] },
    { operator: 'Gather', inputs: ['list', 'places'], outputs: ['kept'], attributes: { axis: { int: 0 } } },
  ],
  initializers: {
    most: { type: 'int64', shape: [1], values: [10] },
    iou: { shape: [1], values: [0.5] },
    two: { type: 'int64', shape: [], values: [2] },
    zero: { type: 'int64', shape: [1], values: [0] },
  },
  inputs: [
    { name: 'boxes', shape: [1, 3, 4] },
    { name: 'scores', shape: [1, 1, 3] },
  ],
  outputs: [{ name: 'kept', shape: ['k', 4] }],
};
const APART = Tensor.from([0, 0, 1, 1, 0, 0, 1, 0.9, 5, 5, 6, 6], [1, 3, 4]);

/** y = relu(x), for x of any size. */
const RELU: ModelSpec = {
  nodes: [{ operator: 'Relu', inputs: ['x'], outputs: ['y'] }],
  inputs: [{ name: 'x', shape: ['n', 2] }],
  outputs: [{ name: 'y', shape: ['n', 2] }],
};

onEachBackend(() => {
  describe('a shape that depends on values', () => {
    it('follows them from run to run', async () => {
      const model = await load(SELECTION);
      const kept = async (scores: number[]) => {
        const feeds = { boxes: APART, scores: Tensor.from(scores, [1, 1, 3]) };
        const { kept: rows } = await model.run(feeds);
        expect(model.runSync(feeds).kept).toEqual(rows);
        return rows.toNested();
      };
      const far = [5, 5, 6, 6];
      expect(await kept([0.9, 0.8, 0.7])).toEqual([[0, 0, 1, 1], far]);
      expect(await kept([0.1, 0.8, 0.9])).toEqual([far, [0, 0, 1, Math.fround(0.9)]]);
      expect(await kept([0.9, 0.8, 0.7])).toEqual([[0, 0, 1, 1], far]);
    });

    it('may be an input’s numbers', async () => {
      const model = await load({
        nodes: [{ operator: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
        inputs: [
          { name: 'x', shape: ['n'] },
          { name: 'shape', type: 'int64', shape: [2] },
        ],
        outputs: [{ name: 'y', shape: ['a', 'b'] }],
      });
      const x = Tensor.from([1, 2, 3, 4, 5, 6]);
      const shaped = async (...sizes: number[]) => {
        const shape = { data: BigInt64Array.from(sizes.map(BigInt)), dims: [2] };
        return (await model.run({ x, shape })).y.shape;
      };
      expect(await shaped(2, 3)).toEqual([2, 3]);
      expect(await shaped(-1, 1)).toEqual([6, 1]);
      await expect(shaped(4, 2)).rejects.toThrow("Reshape 'y': float32 [6] cannot be reshaped to [4, 2]");
      expect(await shaped(2, 3)).toEqual([2, 3]);
    });
  });

  describe('a model', () => {
    it('runs more sets of shapes than it keeps programs', async () => {
      const model = await load(RELU);
      for (let n = 1; n < 40; n++) expect((await model.run(Tensor.zeros([n, 2]))).y.shape).toEqual([n, 2]);
      expect((await model.run(Tensor.from([[-1, 1]]))).y.toNested()).toEqual([[0, 1]]);
    });

    it('runs an empty batch', async () => {
      const model = await load(RELU);
      expect((await model.run(Tensor.zeros([0, 2]))).y.shape).toEqual([0, 2]);
    });

    it('copies its feeds, and keeps several runs in flight apart', async () => {
      const model = await load(RELU);
      const x = Tensor.from([[1, -1]]);
      const runs = [model.run(x)];
      x.data.fill(9);
      runs.push(model.run(x));
      const results = await Promise.all(runs);
      expect(results.map(({ y }) => y.toNested())).toEqual([[[1, 0]], [[9, 9]]]);
    });

    it('warms up for declared shapes, or for those it is given', async () => {
      const model = await load(RELU);
      await expect(model.warmup()).rejects.toThrow(ShapeError);
      await model.warmup([3, 2]);
      expect(String(model.summary())).toContain('activation');
      const { rows, milliseconds } = model.profile(Tensor.zeros([3, 2]), { runs: 2 });
      expect(rows.map(({ nodes }) => nodes)).toContainEqual(["Relu 'y'"]);
      expect(milliseconds).toBeGreaterThan(0);
    });

    it('gives the same on one thread', async () => {
      const bytes = writeOnnx(RELU);
      const x = Tensor.from([[-3, 3]]);
      const [one, all] = [await loadModel(bytes, { threads: 1 }), await loadModel(bytes)];
      expect((await one.run(x)).y).toEqual((await all.run(x)).y);
    });

    it('rejects with the reason of a signal', async () => {
      const model = await load(RELU);
      const reason = new Error('enough');
      await expect(model.run(Tensor.zeros([1, 2]), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('refuses to run once it is disposed of, twice or once', async () => {
      const model = await load(RELU);
      const running = model.run(Tensor.zeros([1, 2]));
      model.dispose();
      model[Symbol.dispose]();
      await expect(running).resolves.toBeDefined();
      await expect(model.run(Tensor.zeros([1, 2]))).rejects.toThrow(NativeError);
    });

    it('says what is wrong with feeds', async () => {
      const model = await load(RELU);
      await expect(model.run(Tensor.zeros([2]))).rejects.toThrow(
        "input 'x': the model takes shape [-1, 2], where -1 is any size, but got [2]",
      );
      await expect(model.run({ z: Tensor.zeros([1, 2]) })).rejects.toThrow(
        "no tensor for 'x', and no input is called 'z'",
      );
      await expect(model.run({ x: { data: new Int32Array(2), shape: [1, 2] } })).rejects.toThrow(ArgumentError);
      await expect(model.run(7 as never)).rejects.toThrow(ArgumentError);
    });
  });
});

describe('loading', () => {
  it('names every node that is not supported at once', async () => {
    const nodes = [
      { operator: 'Relu', inputs: ['x'], outputs: ['a'] },
      { operator: 'LSTM', name: 'encoder', inputs: ['a'], outputs: ['b'] },
      { operator: 'Det', inputs: ['b'], outputs: ['y'] },
    ];
    const loading = load({ ...RELU, nodes });
    await expect(loading).rejects.toThrow(UnsupportedError);
    await expect(loading).rejects.toThrow(
      "2 nodes are of operators that are not supported:\n  LSTM 'encoder'\n  Det 'y'",
    );
  });

  it('refuses options that make no sense, and what is no file', async () => {
    const bytes = writeOnnx(RELU);
    await expect(loadModel(bytes, { threads: 0 })).rejects.toThrow('threads must be at least 1');
    await expect(loadModel(bytes, { precision: 'int4' as never })).rejects.toThrow(ArgumentError);
    await expect(loadModel('no-such-file.onnx')).rejects.toThrow(ModelError);
  });
});
