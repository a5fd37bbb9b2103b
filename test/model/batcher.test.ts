import { Batcher, Tensor } from 'convkit';
import { describe, expect, it, vi } from 'vitest';
import { FakeModel, finish, holdTime, image, images, scale } from './fake-model.js';

holdTime();

describe('a run of a batcher', () => {
  it('starts at once when maxBatch images wait, and takes them in the order of arrival', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 3 });
    const results = [1, 2, 3].map((value) => batcher.run(image(value)));
    expect(model.firstValues).toEqual([[1, 2, 3]]);
    expect(batcher.size).toBe(0);
    await finish(model.runs[0]);
    expect(await Promise.all(results)).toEqual([10, 20, 30].map((value) => ({ y: image(value) })));
  });

  it('starts maxDelayMs after the oldest request came, however many came since', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxDelayMs: 10 });
    const first = batcher.run(image(1));
    await vi.advanceTimersByTimeAsync(6);
    void batcher.run(image(2));
    await vi.advanceTimersByTimeAsync(3);
    expect(model.runs).toHaveLength(0);
    expect(batcher.size).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(model.firstValues).toEqual([[1, 2]]);
    await finish(model.runs[0]);
    expect(await first).toEqual({ y: image(10) });
  });

  it('takes at most 16 images and starts after 2 ms, unless told otherwise', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model);
    for (let value = 0; value < 17; value++) void batcher.run(image(value));
    expect(model.firstValues[0]).toHaveLength(16);
    await finish(model.runs[0]);
    await vi.advanceTimersByTimeAsync(1);
    expect(model.runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(model.firstValues[1]).toEqual([16]);
    await finish(model.runs[1]);
  });

  it('starts at once with maxDelayMs 0, and requests collect only while it is under way', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxDelayMs: 0 });
    for (const value of [1, 2, 3]) void batcher.run(image(value));
    expect(model.firstValues).toEqual([[1]]);
    await finish(model.runs[0]);
    expect(model.firstValues).toEqual([[1], [2, 3]]);
    await finish(model.runs[1]);
  });

  it('is the only one under way, and what comes meanwhile is in the next', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2 });
    for (const value of [1, 2, 3, 4, 5]) void batcher.run(image(value));
    await vi.advanceTimersByTimeAsync(1000);
    expect(model.firstValues).toEqual([[1, 2]]);
    expect(batcher.size).toBe(3);
    await finish(model.runs[0]);
    expect(model.firstValues).toEqual([
      [1, 2],
      [3, 4],
    ]);
    await finish(model.runs[1]);
    expect(model.firstValues.at(-1), 'it waited long enough during the runs').toEqual([5]);
    await finish(model.runs[2]);
  });

  it('is shared by all who send the next request when they have a result', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 4 });
    const client = async (value: number) => {
      for (let i = 0; i < 3; i++) await batcher.run(image(value));
    };
    const early = [1, 2].map(client);
    await vi.advanceTimersByTimeAsync(2);
    const late = [3, 4].map(client);
    for (let run = 0; run < 4; run++) {
      await vi.advanceTimersByTimeAsync(5);
      await finish(model.runs[run]);
    }
    expect(model.firstValues).toEqual([
      [1, 2],
      [3, 4, 1, 2],
      [3, 4, 1, 2],
      [3, 4],
    ]);
    await Promise.all([...early, ...late]);
  });

  it('has others beside it with a higher concurrency', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 1, concurrency: 2 });
    const results = [1, 2, 3].map((value) => batcher.run(image(value)));
    expect(model.firstValues).toEqual([[1], [2]]);
    await finish(model.runs[1]);
    expect(await results[1]).toEqual({ y: image(20) });
    expect(model.firstValues).toEqual([[1], [2], [3]]);
    await finish(model.runs[0]);
    await finish(model.runs[2]);
  });

  it('does not wait for company when the queue can hold no more', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxQueue: 2 });
    for (const value of [1, 2]) void batcher.run(image(value));
    expect(model.firstValues).toEqual([[1, 2]]);
    await finish(model.runs[0]);
  });
});

describe('requests', () => {
  it('may have a batch of their own, which counts, and get results with the axes that they came with', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 4 });
    const results = [batcher.run(images(1, 2)), batcher.run(image(3)), batcher.run(images(4, 1))];
    expect(model.firstValues).toEqual([[1, 2, 3, 4]]);
    await finish(model.runs[0]);
    expect(await Promise.all(results)).toEqual([
      { y: scale(images(1, 2), 10) },
      { y: image(30) },
      { y: scale(images(4, 1), 10) },
    ]);
  });

  it('that do not fit into a run any more are not overtaken by smaller ones', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 4 });
    for (const request of [images(1, 4), images(11, 3), images(21, 2), image(31)]) void batcher.run(request);
    await finish(model.runs[0]);
    expect(model.firstValues[1]).toEqual([11, 12, 13]);
    await finish(model.runs[1]);
    await vi.advanceTimersByTimeAsync(2);
    expect(model.firstValues[2]).toEqual([21, 22, 31]);
    await finish(model.runs[2]);
  });

  it('are copied when they come', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model);
    const x = image(1);
    const result = batcher.run(x);
    x.data.fill(99);
    await vi.advanceTimersByTimeAsync(2);
    await finish(model.runs[0]);
    expect(await result).toEqual({ y: image(10) });
  });

  it('of other shapes get runs of their own, the oldest first, each with those like it', async () => {
    const model = new FakeModel({ x: [-1, -1] });
    const batcher = new Batcher(model, { maxBatch: 8 });
    const lengths = [2, 3, 2, 3, 4, 2];
    const results = lengths.map((length, i) => batcher.run(image(i, [length])));
    for (let run = 0; run < 3; run++) {
      await vi.advanceTimersByTimeAsync(2);
      expect(model.runs).toHaveLength(run + 1);
      await finish(model.runs[run]);
    }
    expect(model.firstValues).toEqual([[0, 2, 5], [1, 3], [4]]);
    expect(await Promise.all(results)).toEqual(lengths.map((length, i) => ({ y: image(10 * i, [length]) })));
  });

  it('of a rare shape do not starve under a stream of others', async () => {
    const model = new FakeModel({ x: [-1, -1] });
    const batcher = new Batcher(model, { maxBatch: 2 });
    for (let i = 0; i < 2; i++) void batcher.run(image(i));
    void batcher.run(image(100, [3]));
    for (let run = 0; run < 3; run++) {
      for (let i = 0; i < 2; i++) void batcher.run(image(10 * run + i));
      await finish(model.runs[run]);
    }
    expect(model.firstValues[1]).toEqual([100]);
    await vi.advanceTimersByTimeAsync(2);
    await finish(model.runs[3]);
    expect(batcher.size).toBe(0);
    await finish(model.runs[4]);
  });

  it('may have several inputs, by name', async () => {
    const model = new FakeModel({ x: [-1, 2], scale: [-1, 1] });
    model.compute = ({ x, scale: factors }) => ({ y: x, factors });
    const batcher = new Batcher(model, { maxBatch: 3 });
    const results = [
      batcher.run({ x: image(1), scale: image(5, [1]) }),
      batcher.run({ x: images(2, 2), scale: Tensor.from([[6], [7]]) }),
    ];
    expect(model.runs[0].feeds).toEqual({ x: images(1, 3), scale: Tensor.from([[5], [6], [7]]) });
    await finish(model.runs[0]);
    expect(await Promise.all(results)).toEqual([
      { y: image(1), factors: image(5, [1]) },
      { y: images(2, 2), factors: Tensor.from([[6], [7]]) },
    ]);
  });

  it('may call the only input by its name, even where that is "data"', async () => {
    const model = new FakeModel({ data: [-1, 2] });
    model.compute = ({ data }) => ({ y: data });
    const batcher = new Batcher(model, { maxBatch: 2 });
    const results = [batcher.run({ data: image(1) }), batcher.run({ data: image(2).data, shape: [2] })];
    await finish(model.runs[0]);
    expect(await Promise.all(results)).toEqual([{ y: image(1) }, { y: image(2) }]);
  });

  it('get results that own their memory', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2 });
    const results = [batcher.run(image(1)), batcher.run(image(2))];
    await finish(model.runs[0]);
    const buffers = (await Promise.all(results)).map(({ y }) => y.data.buffer);
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual([8, 8]);
    expect(buffers[0]).not.toBe(buffers[1]);
  });
});

describe('a model with a fixed batch', () => {
  it('of 1 runs requests in their order, the next one ready when one ends', async () => {
    const model = new FakeModel({ x: [1, 2] });
    const batcher = new Batcher(model);
    const results = [1, 2, 3].map((value) => batcher.run(image(value)));
    expect(model.firstValues).toEqual([[1], [2]]);
    await finish(model.runs[0]);
    expect(model.firstValues).toEqual([[1], [2], [3]]);
    for (const run of [1, 2]) await finish(model.runs[run]);
    expect(await Promise.all(results)).toEqual([{ y: image(10) }, { y: image(20) }, { y: image(30) }]);
  });

  it('of more is filled up with zeros, whose results are dropped', async () => {
    const model = new FakeModel({ x: [4, 2] });
    const batcher = new Batcher(model);
    const results = [batcher.run(image(1)), batcher.run(images(2, 2))];
    await vi.advanceTimersByTimeAsync(2);
    expect(model.firstValues).toEqual([[1, 2, 3, 0]]);
    await finish(model.runs[0]);
    expect(await Promise.all(results)).toEqual([{ y: image(10) }, { y: scale(images(2, 2), 10) }]);
    expect(batcher.stats.meanBatch).toBe(3);
  });

  it('starts as soon as that batch is full', async () => {
    const model = new FakeModel({ x: [2, 2] });
    const batcher = new Batcher(model);
    for (const value of [1, 2]) void batcher.run(image(value));
    expect(model.firstValues).toEqual([[1, 2]]);
    await finish(model.runs[0]);
  });
});
