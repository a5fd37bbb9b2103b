import { ArgumentError, loadModel, ShapeError, setBackend, Tensor } from 'convkit';
import { afterAll, describe, expect, it } from 'vitest';
import { BACKENDS, onEachBackend } from '../layers/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';
import { RELU, SELECTION } from './specs.js';

const load = (spec: ModelSpec) => loadModel(writeOnnx(spec));

/** x in the shape that another input's numbers say. */
const RESHAPE: ModelSpec = {
  nodes: [{ operator: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
  inputs: [
    { name: 'x', shape: ['n'] },
    { name: 'shape', type: 'int64', shape: [2] },
  ],
  outputs: [{ name: 'y', shape: ['a', 'b'] }],
};
const TWO_BY_THREE = { data: BigInt64Array.of(2n, 3n), shape: [2] };

/** Squares of any size doubled: by a convolution, for which each backend has reasons of its own. */
const DOUBLE: ModelSpec = {
  nodes: [{ operator: 'Conv', inputs: ['x', 'weight'], outputs: ['y'] }],
  initializers: { weight: { shape: [1, 1, 1, 1], values: [2] } },
  inputs: [{ name: 'x', shape: [1, 1, 'n', 'n'] }],
  outputs: [{ name: 'y', shape: [1, 1, 'n', 'n'] }],
};

onEachBackend(() => {
  describe('warmup', () => {
    it('takes the declared shapes where nothing is given', async () => {
      const model = await load({ ...RELU, inputs: [{ name: 'x', shape: [3, 2] }] });
      expect(await model.warmup()).toBe(model);
      expect(model.summary().rows.map(({ values }) => values)).toContain(6);
    });

    it('takes one shape, shapes by name, or a tensor', async () => {
      const model = await load(RELU);
      const seen = [];
      for (const given of [[3, 2], { x: [4, 2] }, Tensor.zeros([5, 2]), { x: Tensor.zeros([6, 2]) }]) {
        await model.warmup(given);
        seen.push(model.summary().rows.at(-1)?.values);
      }
      expect(seen).toEqual([6, 8, 10, 12]);
    });

    it('takes a tensor where numbers decide shapes, beside a shape', async () => {
      const model = await load(RESHAPE);
      await expect(model.warmup({ x: [6] })).rejects.toThrow('cannot be reshaped to [0, 0]');
      await model.warmup({ x: [6], shape: TWO_BY_THREE });
      expect(model.summary({ x: [6], shape: TWO_BY_THREE }).rows).toEqual(model.summary().rows);
    });

    it('says what is missing or does not fit', async () => {
      const model = await load(RELU);
      await expect(model.warmup()).rejects.toThrow(ShapeError);
      await expect(model.warmup()).rejects.toThrow("input 'x' has the shape [-1, 2], where -1 is free");
      await expect(model.warmup([2, 3])).rejects.toThrow(ShapeError);
      await expect(model.warmup({ x: [1, 2], z: [1] })).rejects.toThrow("no input is called 'z'");
      await expect(model.warmup(7 as never)).rejects.toThrow(ArgumentError);
      const selection = await load(SELECTION);
      await expect(selection.warmup([1, 3, 4])).rejects.toThrow(
        "the model has the inputs 'boxes', 'scores': give an object with a shape for each",
      );
    });
  });
});

describe.runIf(BACKENDS.length > 1)('a summary after the backend has changed', () => {
  afterAll(() => setBackend('auto'));

  it('shows the shapes used last on the backend in use', async () => {
    const model = await load(DOUBLE);
    const shown = () => {
      const { backend, rows } = model.summary();
      return [backend, rows[0].reason, rows[0].values];
    };
    setBackend('typescript');
    await model.warmup([1, 1, 7, 7]);
    const [, plainly] = shown();
    setBackend('native');
    await model.warmup([1, 1, 3, 3]);
    expect(shown()).toEqual(['native', expect.not.stringContaining(plainly as string), 9]);
    setBackend('typescript');
    expect(shown()).toEqual(['typescript', plainly, 9]);
  });
});
