import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';

const zero = { type: 'int64', shape: [1], values: [0] } as const;
const int64 = { to: { int: 7 } };

/** Two slices of x: up to its largest value, then up to `bound`. */
function twoSlices(bound: 'smallest' | 'k'): ModelSpec {
  return {
    nodes: [
      { operator: 'ReduceMax', inputs: ['x'], outputs: ['max'] },
      { operator: 'ReduceMin', inputs: ['x'], outputs: ['min'] },
      { operator: 'Cast', inputs: ['max'], outputs: ['largest'], attributes: int64 },
      { operator: 'Cast', inputs: ['min'], outputs: ['smallest'], attributes: int64 },
      { operator: 'Slice', inputs: ['x', 'zero', 'largest'], outputs: ['some'] },
      { operator: 'Slice', inputs: ['some', 'zero', bound], outputs: ['y'] },
    ],
    initializers: { zero },
    inputs: [
      { name: 'x', shape: ['n'] },
      { name: 'k', type: 'int64', shape: [1] },
    ],
    outputs: [{ name: 'y', shape: ['m'] }],
  };
}

/** Two selections by nodes of one name, each of whose results a stage keeps. */
const TWINS: ModelSpec = {
  nodes: [
    { operator: 'NonMaxSuppression', name: 'twin', inputs: ['boxes', 'scores', 'most', 'iou'], outputs: ['first'] },
    { operator: 'NonMaxSuppression', name: 'twin', inputs: ['boxes', 'others', 'most', 'iou'], outputs: ['second'] },
    { operator: 'Identity', inputs: ['first'], outputs: ["NonMaxSuppression 'twin': selection 0"] },
  ],
  initializers: {
    most: { type: 'int64', shape: [1], values: [1] },
    iou: { shape: [1], values: [0.5] },
  },
  inputs: [
    { name: 'boxes', shape: [1, 3, 4] },
    { name: 'scores', shape: [1, 1, 3] },
    { name: 'others', shape: [1, 1, 3] },
  ],
  outputs: [
    { name: 'first', type: 'int64' },
    { name: 'second', type: 'int64' },
    { name: "NonMaxSuppression 'twin': selection 0", type: 'int64' },
  ],
};

onEachBackend(() => {
  describe('numbers that decide shapes', () => {
    it.each([
      ['a value that an earlier stage left', 'smallest', [4, 3]],
      ['an input', 'k', [4]],
    ] as const)('are found where %s is needed in a later stage', async (_, bound, expected) => {
      const model = await loadModel(writeOnnx(twoSlices(bound)));
      const feeds = { x: Tensor.from([4, 3, 2, 3, 4, 2]), k: { data: BigInt64Array.of(1n), shape: [1] } };
      const { y } = await model.run(feeds);
      expect([...y.data]).toEqual(expected);
      expect(model.runSync(feeds).y).toEqual(y);
      // Other numbers, the same shapes.
      const others = { x: Tensor.from([5, 1, 1, 1, 1, 1]), k: { data: BigInt64Array.of(3n), shape: [1] } };
      expect((await model.run(others)).y.shape).toEqual([bound === 'k' ? 3 : 1]);
      expect([...(await model.run(feeds)).y.data]).toEqual(expected);
    });

    it('are no other node’s of the same name', async () => {
      const model = await loadModel(writeOnnx(TWINS));
      const feeds = {
        boxes: Tensor.from([0, 0, 1, 1, 2, 2, 3, 3, 5, 5, 6, 6], [1, 3, 4]),
        scores: Tensor.from([0.9, 0.2, 0.1], [1, 1, 3]),
        others: Tensor.from([0.1, 0.2, 0.9], [1, 1, 3]),
      };
      const results = await model.run(feeds);
      expect(results.first.toNested()).toEqual([[0, 0, 0]]);
      expect(results.second.toNested()).toEqual([[0, 0, 2]]);
      expect(results["NonMaxSuppression 'twin': selection 0"].toNested()).toEqual([[0, 0, 0]]);
      expect(model.runSync(feeds)).toEqual(results);
    });
  });
});
