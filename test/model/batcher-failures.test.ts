import { Batcher, NativeError, ShapeError, UnsupportedError } from 'convkit';
import { describe, expect, it, vi } from 'vitest';
import { FakeModel, finish, flush, holdTime, image, scale } from './fake-model.js';

holdTime();

describe('an abort', () => {
  const reason = new Error('changed my mind');

  it('of one signal of many requests reaches those in a run and those that wait', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = [1, 2, 3, 4, 5].map((value) => batcher.run(image(value), { signal }));
    controller.abort(reason);
    for (const promise of aborted) await expect(promise).rejects.toBe(reason);
    expect(batcher.size).toBe(0);
    await finish(model.runs[0]);
    expect(model.runs).toHaveLength(1);
  });

  it('before the call rejects it, and nothing waits', async () => {
    const batcher = new Batcher(new FakeModel());
    await expect(batcher.run(image(1), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(batcher.size).toBe(0);
  });

  it('of a waiting request removes it and leaves the others', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model);
    const controller = new AbortController();
    const before = batcher.run(image(1));
    const aborted = batcher.run(image(2), { signal: controller.signal });
    const after = batcher.run(image(3));
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    expect(batcher.size).toBe(2);
    await vi.advanceTimersByTimeAsync(2);
    expect(model.firstValues).toEqual([[1, 3]]);
    await finish(model.runs[0]);
    expect(await Promise.all([before, after])).toEqual([{ y: image(10) }, { y: image(30) }]);
  });

  it('of a waiting request makes room in the batch', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2 });
    const controller = new AbortController();
    const aborted = batcher.run(image(1), { signal: controller.signal });
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    void batcher.run(image(2));
    expect(model.runs).toHaveLength(0);
    void batcher.run(image(3));
    expect(model.firstValues).toEqual([[2, 3]]);
    await finish(model.runs[0]);
  });

  it('of the oldest gives the next one its full delay', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxDelayMs: 10 });
    const controller = new AbortController();
    const aborted = batcher.run(image(1), { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(6);
    void batcher.run(image(2));
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await vi.advanceTimersByTimeAsync(9);
    expect(model.runs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await finish(model.runs[0]);
  });

  it('of the only waiting request leaves no timer', async () => {
    const batcher = new Batcher(new FakeModel());
    const controller = new AbortController();
    const aborted = batcher.run(image(1), { signal: controller.signal });
    expect(vi.getTimerCount()).toBe(1);
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('in a run rejects at once, and the run goes on for the others', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2 });
    const controller = new AbortController();
    const aborted = batcher.run(image(1), { signal: controller.signal });
    const other = batcher.run(image(2));
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    expect(model.runs[0].signal?.aborted).toBe(false);
    await finish(model.runs[0]);
    expect(await other).toEqual({ y: image(20) });
  });

  it('of all requests of a run aborts it, and the next run waits until it has ended', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = [1, 2].map((value) => batcher.run(image(value), { signal }));
    for (const value of [3, 4]) void batcher.run(image(value));
    controller.abort(reason);
    for (const promise of aborted) await expect(promise).rejects.toBe(reason);
    expect(model.runs[0].signal?.reason).toBe(reason);
    expect(model.runs).toHaveLength(1);
    model.runs[0].fail(reason);
    await flush();
    expect(model.firstValues[1]).toEqual([3, 4]);
    await finish(model.runs[1]);
  });

  it('after the results does nothing, and a settled request lets go of its signal', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 1, concurrency: 1 });
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const result = batcher.run(image(1), { signal: controller.signal });
    await finish(model.runs[0]);
    expect(removed).toHaveBeenCalled();
    controller.abort(reason);
    expect(model.runs[0].signal?.aborted).toBe(false);
    expect(await result).toEqual({ y: image(10) });
  });
});

describe('an error of the model', () => {
  it('rejects all requests of the run, and no others', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2 });
    const results = [1, 2, 3, 4].map((value) => batcher.run(image(value)));
    const error = new NativeError('no memory');
    model.runs[0].fail(error);
    await expect(results[0]).rejects.toBe(error);
    await expect(results[1]).rejects.toBe(error);
    await flush();
    await finish(model.runs[1]);
    expect(await Promise.all(results.slice(2))).toEqual([{ y: image(30) }, { y: image(40) }]);
  });

  it('that it throws instead of rejecting is the same', async () => {
    const model = new FakeModel();
    const error = new Error('thrown');
    model.run = () => {
      throw error;
    };
    await expect(new Batcher(model, { maxBatch: 1 }).run(image(1))).rejects.toBe(error);
    await flush();
  });

  it('about shapes is traced to the request that has it, one by one and in order', async () => {
    const model = new FakeModel();
    model.compute = ({ x }) => {
      if (x.data.includes(2)) throw new ShapeError('2 will not do');
      return { y: scale(x, 10) };
    };
    const batcher = new Batcher(model, { maxBatch: 3 });
    const results = [1, 2, 3].map((value) => batcher.run(image(value)));
    results[1].catch(() => {});
    for (let run = 0; run < 4; run++) await finish(model.runs[run]);
    expect(model.firstValues).toEqual([[1, 2, 3], [1], [2], [3]]);
    expect(await results[0]).toEqual({ y: image(10) });
    await expect(results[1]).rejects.toThrow('2 will not do');
    expect(await results[2]).toEqual({ y: image(30) });
    expect(batcher.stats).toMatchObject({ runs: 4, requests: 3 });
  });

  it('of any kind that one request causes leaves the others theirs', async () => {
    const model = new FakeModel();
    model.compute = ({ x }) => {
      if (x.data.includes(3)) throw new RangeError('3 is out of range');
      return { y: scale(x, 10) };
    };
    const batcher = new Batcher(model, { maxBatch: 4 });
    const results = [1, 2, 3, 4].map((value) => batcher.run(image(value)));
    results[2].catch(() => {});
    for (let run = 0; run < 5; run++) await finish(model.runs[run]);
    expect(model.runs).toHaveLength(5);
    for (const i of [0, 1, 3]) expect(await results[i]).toEqual({ y: image(10 * (i + 1)) });
    await expect(results[2]).rejects.toThrow('3 is out of range');
  });

  it('that there is no memory for a batch is none for each request alone', async () => {
    const model = new FakeModel();
    model.compute = ({ x }) => {
      if (x.shape[0] > 1) throw new NativeError('out of memory');
      return { y: scale(x, 10) };
    };
    const batcher = new Batcher(model, { maxBatch: 2 });
    const results = [1, 2].map((value) => batcher.run(image(value)));
    for (let run = 0; run < 3; run++) await finish(model.runs[run]);
    expect(await Promise.all(results)).toEqual([{ y: image(10) }, { y: image(20) }]);
  });

  it('that all requests cause is tried once for each, and no more', async () => {
    const model = new FakeModel();
    model.compute = () => {
      throw new TypeError('never');
    };
    const batcher = new Batcher(model, { maxBatch: 4 });
    const results = [1, 2, 3, 4].map((value) => batcher.run(image(value)));
    for (const result of results) result.catch(() => {});
    for (let run = 0; run < 5; run++) await finish(model.runs[run]);
    for (const result of results) await expect(result).rejects.toThrow('never');
    expect(model.runs).toHaveLength(5);
  });

  it('about shapes does not bring back requests that were aborted meanwhile', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2 });
    const controller = new AbortController();
    const aborted = batcher.run(image(1), { signal: controller.signal });
    const other = batcher.run(image(2));
    controller.abort();
    await expect(aborted).rejects.toThrow('aborted');
    model.runs[0].fail(new ShapeError('no'));
    await flush();
    expect(model.firstValues).toEqual([[1, 2], [2]]);
    await finish(model.runs[1]);
    expect(await other).toEqual({ y: image(20) });
  });

  it('is told where an output has no batch axis', async () => {
    const model = new FakeModel();
    model.compute = ({ x }) => ({ y: x, mean: image(1, [5]) });
    const batcher = new Batcher(model, { maxBatch: 2 });
    const results = [1, 2].map((value) => batcher.run(image(value)));
    for (const result of results) result.catch(() => {});
    await finish(model.runs[0]);
    for (const result of results) {
      await expect(result).rejects.toThrow(UnsupportedError);
      await expect(result).rejects.toThrow(/output 'mean' of shape \[5\] .* batch of 2/);
    }
  });
});
