import { Batcher, loadModel, Tensor } from 'convkit';
import { expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { writeOnnx } from '../support/onnx-writer.js';

/** y = relu(x + 1) for any batch of pairs. */
const MODEL = writeOnnx({
  nodes: [
    { operator: 'Add', inputs: ['x', 'one'], outputs: ['sum'] },
    { operator: 'Relu', inputs: ['sum'], outputs: ['y'] },
  ],
  initializers: { one: { shape: [1], values: [1] } },
  inputs: [{ name: 'x', shape: ['n', 2] }],
  outputs: [{ name: 'y', shape: ['n', 2] }],
});

onEachBackend(() => {
  it('batches the requests of a model that was loaded', async () => {
    const model = await loadModel(MODEL);
    const batcher = new Batcher(model, { maxBatch: 3, maxDelayMs: 3_600_000 });
    const requests = [-2, 0, 5].map((value) => batcher.run(Tensor.from([value, value + 1])));
    const results = await Promise.all(requests);
    expect(results.map(({ y }) => [...y.data])).toEqual([
      [0, 0],
      [1, 2],
      [6, 7],
    ]);
    expect(batcher.stats).toEqual({ runs: 1, requests: 3, meanBatch: 3 });
    await batcher.close();
    model.dispose();
  });

  it('runs the others where one request has an index that is out of range', async () => {
    const model = await loadModel(
      writeOnnx({
        nodes: [
          { operator: 'Cast', inputs: ['x'], outputs: ['places'], attributes: { to: { int: 7 } } },
          { operator: 'Gather', inputs: ['table', 'places'], outputs: ['y'] },
        ],
        initializers: { table: { shape: [3], values: [10, 20, 30] } },
        inputs: [{ name: 'x', shape: ['n', 1] }],
        outputs: [{ name: 'y', shape: ['n', 1] }],
      }),
    );
    const batcher = new Batcher(model, { maxBatch: 4 });
    const results = await Promise.allSettled([0, 1, 7, 2].map((place) => batcher.run(Tensor.from([place]))));
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value.y.data[0] : result.reason.code)),
    ).toEqual([10, 20, 'ERR_ARGUMENT', 30]);
    model.dispose();
  });
});
