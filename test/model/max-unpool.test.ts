import { loadModel, maxPool2d, maxUnpool2d, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend, wholeNumbers } from '../layers/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';

interface Unpooling {
  readonly shape: readonly number[];
  readonly kernel: readonly number[];
  readonly stride?: readonly number[];
  readonly output?: readonly number[];
}

/** MaxPool, then MaxUnpool of its values and indices. */
function specOf({ shape, kernel, stride = kernel, output }: Unpooling): ModelSpec {
  const attributes = { kernel_shape: { ints: kernel }, strides: { ints: stride } };
  return {
    nodes: [
      { operator: 'MaxPool', inputs: ['x'], outputs: ['p', 'i'], attributes },
      { operator: 'MaxUnpool', inputs: output ? ['p', 'i', 'size'] : ['p', 'i'], outputs: ['y'], attributes },
    ],
    initializers: output ? { size: { type: 'int64', shape: [output.length], values: output } } : {},
    inputs: [{ name: 'x', shape }],
    outputs: [{ name: 'y' }],
  };
}

/** MaxUnpool by itself, of 2×2 values to 5×5. */
const ALONE: ModelSpec = {
  nodes: [
    {
      operator: 'MaxUnpool',
      inputs: ['p', 'i', 'size'],
      outputs: ['y'],
      attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } },
    },
  ],
  initializers: { size: { type: 'int64', shape: [4], values: [1, 2, 5, 5] } },
  inputs: [
    { name: 'p', shape: [1, 2, 2, 2] },
    { name: 'i', type: 'int64', shape: [1, 2, 2, 2] },
  ],
  outputs: [{ name: 'y' }],
};

const unpooled = async (of: Unpooling, x: Tensor) => (await loadModel(writeOnnx(specOf(of)))).runSync(x).y;
/** Distinct values, so that each maximum has one place. */
const rising = (shape: readonly number[]) => {
  const x = Tensor.zeros(shape);
  for (let i = 0; i < x.size; i++) x.data[i] = i + 1;
  return x;
};

onEachBackend(() => {
  describe('MaxUnpool after MaxPool', () => {
    it.each<Unpooling>([
      { shape: [2, 3, 5], kernel: [2], output: [2, 3, 5] },
      { shape: [1, 1, 5, 5], kernel: [2, 2], output: [1, 1, 5, 5] },
      { shape: [2, 3, 5, 7], kernel: [2, 3], output: [2, 3, 5, 7] },
      { shape: [2, 2, 5, 5, 3], kernel: [2, 2, 2], output: [2, 2, 5, 5, 3] },
      { shape: [2, 2, 6, 4], kernel: [2, 2] },
      { shape: [1, 2, 9, 9], kernel: [3, 3], stride: [4, 4], output: [1, 2, 9, 9] },
    ])('puts each maximum where it was: %o', async (of) => {
      const x = rising(of.shape);
      const y = await unpooled(of, x);
      expect(y.shape).toEqual(of.output ?? of.shape);
      const kept = [...y.data].filter((value) => value !== 0);
      const windows = of.shape.slice(2).map((n, i) => Math.floor((n - of.kernel[i]) / (of.stride ?? of.kernel)[i]) + 1);
      expect(kept.length).toBe(windows.reduce((a, b) => a * b, of.shape[0] * of.shape[1]));
      for (let i = 0; i < y.size; i++) if (y.data[i] !== 0) expect(y.data[i]).toBe(x.data[i]);
    });

    it('is maxUnpool2d with outputSize', async () => {
      const x = wholeNumbers([2, 3, 7, 9], 5);
      const { output: pooled, indices } = maxPool2d(x, 2, { returnIndices: true });
      const expected = maxUnpool2d(pooled, indices, 2, { outputSize: [7, 9] });
      expect(await unpooled({ shape: x.shape, kernel: [2, 2], output: [2, 3, 7, 9] }, x)).toEqual(expected);
    });

    it('counts places in the whole output, as onnxruntime does', async () => {
      const model = await loadModel(writeOnnx(ALONE));
      const p = rising([1, 2, 2, 2]);
      const at = (places: number[]) => ({ p, i: { data: Int32Array.from(places), shape: [1, 2, 2, 2] } });
      const { y } = model.runSync(at([6, 8, 16, 18, 31, 33, 41, 0]));
      expect([6, 8, 16, 18, 31, 33, 41, 0].map((place) => y.data[place])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(() => model.runSync(at([6, 8, 16, 18, 31, 33, 41, 50]))).toThrow(/index.* 50 /);
      await expect(model.run(at([6, 8, 16, 18, 31, 33, 41, -1]))).rejects.toThrow(/index.* -1 /);
    });

    it('refuses an output_shape of other batches or channels', async () => {
      const of = { shape: [1, 2, 4, 4], kernel: [2, 2], output: [2, 1, 4, 4] };
      await expect(unpooled(of, rising(of.shape))).rejects.toThrow(
        "MaxUnpool 'y': output_shape [2, 1, 4, 4] does not fit",
      );
    });
  });
});
