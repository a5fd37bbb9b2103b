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
    const batcher = new Batcher(model, { maxBatch: 3, maxDelayMs: 1 });
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
});
