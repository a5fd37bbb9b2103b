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
import { APART, RELU, SELECTION } from './specs.js';

const load = (spec: ModelSpec): Promise<Model> => loadModel(writeOnnx(spec));

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

    it('profiles its steps', async () => {
      const model = await load(RELU);
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
    await expect(loadModel(bytes, { maxShapeSets: 0 })).rejects.toThrow('maxShapeSets must be at least 1, but got 0');
    await expect(loadModel(bytes, { maxShapeSets: 1.5 })).rejects.toThrow(ShapeError);
    await expect(loadModel(bytes, { maxShapeSets: '8' as never })).rejects.toThrow(ArgumentError);
    await expect(loadModel(bytes, { precision: 'int4' as never })).rejects.toThrow(ArgumentError);
    await expect(loadModel('no-such-file.onnx')).rejects.toThrow(ModelError);
  });
});
