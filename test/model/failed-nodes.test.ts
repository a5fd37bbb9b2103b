import { ArgumentError, Batcher, loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';

/** A gather at a place that a run computes: k + 1. `kept` is a gather that goes well before it. */
const PICK: ModelSpec = {
  nodes: [
    { operator: 'Gather', name: 'body/pick', inputs: ['x', 'k'], outputs: ['kept'] },
    { operator: 'Add', name: 'head/next', inputs: ['k', 'one'], outputs: ['place'] },
    { operator: 'Gather', name: 'head/pick', inputs: ['x', 'place'], outputs: ['y'] },
  ],
  initializers: { one: { type: 'int64', shape: [1], values: [1] } },
  inputs: [
    { name: 'x', shape: ['n'] },
    { name: 'k', type: 'int64', shape: [1] },
  ],
  outputs: [{ name: 'kept' }, { name: 'y' }],
};

const UNPOOL: ModelSpec = {
  nodes: [
    { operator: 'Relu', name: 'first', inputs: ['x'], outputs: ['r'] },
    {
      operator: 'MaxUnpool',
      name: 'decoder/unpool',
      inputs: ['r', 'i'],
      outputs: ['y'],
      attributes: { kernel_shape: { ints: [2] }, strides: { ints: [2] } },
    },
  ],
  inputs: [
    { name: 'x', shape: [1, 1, 2] },
    { name: 'i', type: 'int64', shape: [1, 1, 2] },
  ],
  outputs: [{ name: 'y' }],
};

/** The same gather in a stage that begins when the first has told how long its list is. */
const LATER: ModelSpec = {
  nodes: [
    { operator: 'ReduceMax', inputs: ['x'], outputs: ['max'] },
    { operator: 'Cast', inputs: ['max'], outputs: ['end'], attributes: { to: { int: 7 } } },
    { operator: 'Slice', inputs: ['x', 'zero', 'end'], outputs: ['some'] },
    { operator: 'Gather', name: 'later/pick', inputs: ['some', 'k'], outputs: ['y'] },
  ],
  initializers: { zero: { type: 'int64', shape: [1], values: [0] } },
  inputs: [
    { name: 'x', shape: ['n'] },
    { name: 'k', type: 'int64', shape: [1] },
  ],
  outputs: [{ name: 'y' }],
};

const places = (...values: number[]) => ({ data: Int32Array.from(values), shape: [values.length] });

onEachBackend(() => {
  describe('what goes wrong in a run', () => {
    const x = Tensor.from([1, 2, 3, 4]);
    const unpooled = { x: Tensor.from([[[1, 2]]]), i: { data: Int32Array.of(1, 7), shape: [1, 1, 2] } };

    it.each([
      ['a gather', PICK, { x, k: places(3) }, "Gather 'head/pick': index 4 is out of range for an axis of 4"],
      ['the first of two', PICK, { x, k: places(9) }, "Gather 'body/pick': index 9 is out of range for an axis of 4"],
      [
        'a gather of a later stage',
        LATER,
        { x: Tensor.from([1, 2, 1, 1]), k: places(3) },
        "Gather 'later/pick': index 3 is",
      ],
      ['an unpooling', UNPOOL, unpooled, "MaxUnpool 'decoder/unpool': Found an invalid max index: 7"],
    ] as const)('names the node: %s', async (_, spec, feeds, message) => {
      const model = await loadModel(writeOnnx(spec));
      const escaped = new RegExp(`^${message.replaceAll(/[[\]/.]/g, '\\$&')}`);
      for (let again = 0; again < 2; again++) {
        const failure = model.run(feeds);
        await expect(failure).rejects.toThrow(escaped);
        await expect(failure).rejects.toBeInstanceOf(ArgumentError);
        expect(() => model.runSync(feeds)).toThrow(escaped);
        expect(() => model.runSync(feeds)).toThrow(ArgumentError);
        expect(() => model.profile(feeds, { runs: 1 })).toThrow(escaped);
      }
    });

    it('is told to the request of a Batcher that caused it', async () => {
      const model = await loadModel(
        writeOnnx({
          ...PICK,
          nodes: [{ operator: 'Gather', name: 'rows/pick', inputs: ['table', 'k'], outputs: ['y'] }],
          initializers: { table: { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] } },
          inputs: [{ name: 'k', type: 'int64', shape: ['n', 1] }],
          outputs: [{ name: 'y' }],
        }),
      );
      const batcher = new Batcher(model, { maxBatch: 1 });
      await expect(batcher.run(Tensor.from([[5]]))).rejects.toThrow("Gather 'rows/pick': index 5 is out of range");
      expect((await batcher.run(Tensor.from([[2]]))).y.toNested()).toEqual([[[5, 6]]]);
    });
  });
});
