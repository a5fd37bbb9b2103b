import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';

async function compute(spec: ModelSpec, feeds: Record<string, Tensor>): Promise<Tensor> {
  const model = await loadModel(writeOnnx(spec));
  const { y } = await model.run(feeds);
  expect(model.runSync(feeds).y).toEqual(y);
  model.dispose();
  return y;
}

const inputsOf = (feeds: Record<string, Tensor>) => Object.entries(feeds).map(([name, { shape }]) => ({ name, shape }));

describe('products of matrices without numbers are NumPy’s', () => {
  const multiply = (a: readonly number[], b: readonly number[], known: boolean) => {
    const feeds = known ? { a: Tensor.zeros(a) } : { a: Tensor.zeros(a), b: Tensor.zeros(b) };
    const values = { type: 'float32', shape: b, values: [...Tensor.zeros(b).data] } as const;
    return compute(
      {
        nodes: [{ operator: 'MatMul', inputs: ['a', 'b'], outputs: ['y'] }],
        initializers: known ? { b: values } : {},
        inputs: inputsOf(feeds),
        outputs: [{ name: 'y' }],
      },
      feeds,
    );
  };

  onEachBackend(() => {
    it.each([
      [
        [0, 3, 3, 5],
        [0, 3, 5, 4],
        [0, 3, 3, 4],
      ],
      [
        [0, 3, 5],
        [5, 4],
        [0, 3, 4],
      ],
      [
        [0, 5],
        [5, 4],
        [0, 4],
      ],
      [
        [4, 2, 2],
        [4, 2, 0],
        [4, 2, 0],
      ],
      [
        [1, 0, 1],
        [1, 1, 3],
        [1, 0, 3],
      ],
      [
        [2, 5],
        [5, 0],
        [2, 0],
      ],
      [
        [3, 2],
        [0, 2, 4],
        [0, 3, 4],
      ],
      // Sums of nothing.
      [
        [3, 2, 0],
        [3, 0, 4],
        [3, 2, 4],
      ],
      [
        [2, 0],
        [0, 4],
        [2, 4],
      ],
      [
        [2, 0],
        [3, 0, 1],
        [3, 2, 1],
      ],
      [[0], [0], []],
      [[0], [0, 2], [2]],
    ])('%j · %j is %j', async (a, b, shape) => {
      for (const known of [false, true]) {
        const y = await multiply(a, b, known);
        expect(y.shape).toEqual(shape);
        expect([...y.data]).toEqual(new Array(y.size).fill(0));
      }
    });

    it('still refuses what does not fit', async () => {
      await expect(multiply([2, 0], [3, 4], false)).rejects.toThrow(/MatMul 'y': matrices of .* cannot be multiplied/);
      await expect(multiply([2, 0, 3], [3, 3, 4], false)).rejects.toThrow(/MatMul 'y': stacks of matrices/);
    });
  });
});

describe('slices backwards start at a value, as ONNX and onnxruntime have it', () => {
  const int64 = (values: readonly number[]) => ({ type: 'int64', shape: [values.length], values }) as const;
  const slice = (start: number, end: number, step: number) => {
    const feeds = { x: Tensor.from([0, 1, 2, 3, 4]) };
    return compute(
      {
        nodes: [{ operator: 'Slice', inputs: ['x', 'start', 'end', 'axis', 'step'], outputs: ['y'] }],
        initializers: { start: int64([start]), end: int64([end]), axis: int64([0]), step: int64([step]) },
        inputs: inputsOf(feeds),
        outputs: [{ name: 'y' }],
      },
      feeds,
    );
  };

  onEachBackend(() => {
    it.each([
      [-9, -100, -1, [0]],
      [-9, -100, -3, [0]],
      [-6, -6, -1, [0]],
      [-9, 0, -1, []],
      [-5, -100, -1, [0]],
      [9, -100, -2, [4, 2, 0]],
      [-2, 0, -1, [3, 2, 1]],
      [-9, 2, 1, [0, 1]],
      [9, 99, 1, []],
    ])('from %i to %i in steps of %i', async (start, end, step, expected) => {
      const y = await slice(start, end, step);
      expect([...y.data]).toEqual(expected);
      expect(y.shape).toEqual([expected.length]);
    });
  });
});

describe('points far beyond the image are reflected to what PyTorch reflects them to', () => {
  const sample = (x: Tensor, point: readonly [number, number], alignCorners: boolean) => {
    const feeds = { x, grid: Tensor.from([...point], [1, 1, 1, 2]) };
    return compute(
      {
        opset: 20,
        nodes: [
          {
            operator: 'GridSample',
            inputs: ['x', 'grid'],
            outputs: ['y'],
            attributes: {
              mode: { string: 'linear' },
              padding_mode: { string: 'reflection' },
              align_corners: { int: Number(alignCorners) },
            },
          },
        ],
        inputs: inputsOf(feeds),
        outputs: [{ name: 'y' }],
      },
      feeds,
    );
  };
  const row = Tensor.from([1, 2, 4, 8, 16, 32], [1, 1, 1, 6]);

  onEachBackend(() => {
    it.each([
      [-677630.6875, false, 24],
      [3828509.25, false, 32],
      [2237729.5, true, 16],
      [868308.6875, false, 24],
      [-3938430.75, false, 32],
      [917568.0625, true, 7],
      [12345679, true, 1],
      [100000000, false, 1],
    ] as const)('%d, corners aligned: %s', async (x, alignCorners, expected) => {
      expect([...(await sample(row, [x, 0], alignCorners)).data]).toEqual([expected]);
    });
  });
});

describe('what says how to resize is one number an axis', () => {
  const resize = (spec: { scales?: readonly number[]; sizes?: readonly number[] }, antialias = 0) => {
    const { scales, sizes } = spec;
    const feeds = { x: Tensor.from([1, 2, 3, 4, 5, 6], [2, 3]) };
    const given = scales ?? sizes ?? [];
    const values = { type: sizes ? 'int64' : 'float32', shape: [given.length], values: given } as const;
    return compute(
      {
        opset: 18,
        nodes: [
          {
            operator: 'Resize',
            inputs: sizes ? ['x', '', '', 'given'] : ['x', '', 'given'],
            outputs: ['y'],
            attributes: { mode: { string: 'linear' }, antialias: { int: antialias } },
          },
        ],
        initializers: { given: values },
        inputs: inputsOf(feeds),
        outputs: [{ name: 'y' }],
      },
      feeds,
    );
  };

  onEachBackend(() => {
    it.each([
      [{ scales: [2] }, /Resize 'y': scales must have 2 values, one an axis, but got 1/],
      [{ scales: [1, 1, 1] }, /scales must have 2 values, one an axis, but got 3/],
      [{ sizes: [2] }, /sizes must have 2 values, one an axis, but got 1/],
      [{ sizes: [1, 1, 1] }, /sizes must have 2 values, one an axis, but got 3/],
      [{ scales: [1, 0] }, /scales must be greater than 0, but one is 0/],
      [{ scales: [Number.NaN, 1] }, /scales must be greater than 0, but one is NaN/],
      [{ scales: [1, -2] }, /scales must be greater than 0, but one is -2/],
    ])('%j is refused', async (spec, message) => {
      for (const antialias of [0, 1]) await expect(resize(spec, antialias)).rejects.toThrow(message);
    });

    it('may be so little that nothing is left', async () => {
      for (const antialias of [0, 1]) {
        expect((await resize({ sizes: [2, 0] }, antialias)).shape).toEqual([2, 0]);
        expect((await resize({ scales: [1, 1e-9] }, antialias)).shape).toEqual([2, 0]);
      }
    });
  });
});
