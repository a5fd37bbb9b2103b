import { Batcher, ClosedError, QueueFullError } from 'convkit';
import { describe, expect, it, vi } from 'vitest';
import { FakeModel, finish, flush, holdTime, image, images } from './fake-model.js';

holdTime();

/** The state of a promise after all callbacks that are due. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = 'pending';
  promise.then(
    () => {
      state = 'resolved';
    },
    () => {
      state = 'rejected';
    },
  );
  await flush();
  return state;
}

describe('a queue', () => {
  it('rejects what comes when maxQueue requests wait, and takes requests again when they have gone', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 1, maxQueue: 2, concurrency: 1 });
    for (const value of [1, 2, 3]) void batcher.run(image(value));
    const refused = batcher.run(image(4));
    await expect(refused).rejects.toThrow(QueueFullError);
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_QUEUE_FULL',
      message: expect.stringMatching(/2 requests/),
    });
    expect(batcher.size).toBe(2);
    await finish(model.runs[0]);
    void batcher.run(image(5));
    for (const run of [1, 2, 3]) await finish(model.runs[run]);
    expect(model.firstValues).toEqual([[1], [2], [3], [5]]);
  });

  it('counts what was run', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 3 });
    expect(batcher.stats).toEqual({ runs: 0, requests: 0, meanBatch: 0 });
    for (const request of [images(1, 2), image(3), image(4)]) void batcher.run(request);
    await finish(model.runs[0]);
    await vi.advanceTimersByTimeAsync(2);
    await finish(model.runs[1]);
    expect(batcher.stats).toEqual({ runs: 2, requests: 3, meanBatch: 2 });
  });
});

describe('close', () => {
  it('runs what waits without delay, resolves when all is done, and takes nothing more', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 2, maxDelayMs: 1000 });
    const results = [1, 2, 3].map((value) => batcher.run(image(value)));
    const closed = batcher.close();
    expect(batcher.close()).toBe(closed);
    const refused = batcher.run(image(4));
    await expect(refused).rejects.toThrow(ClosedError);
    await expect(refused).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await finish(model.runs[0]);
    expect(model.firstValues).toEqual([[1, 2], [3]]);
    expect(await stateOf(closed)).toBe('pending');
    await finish(model.runs[1]);
    expect(await stateOf(closed)).toBe('resolved');
    expect(await Promise.all(results)).toEqual([10, 20, 30].map((value) => ({ y: image(value) })));
  });

  it('waits for an aborted run too, so that the model may be disposed of after it', async () => {
    const model = new FakeModel();
    const batcher = new Batcher(model, { maxBatch: 1, concurrency: 1 });
    const controller = new AbortController();
    const aborted = batcher.run(image(1), { signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toThrow('aborted');
    const closed = batcher.close();
    expect(await stateOf(closed)).toBe('pending');
    await finish(model.runs[0]);
    expect(await stateOf(closed)).toBe('resolved');
  });

  it('resolves at once when nothing is under way, and serves `await using`', async () => {
    const batcher = new Batcher(new FakeModel());
    await batcher[Symbol.asyncDispose]();
    await batcher.close();
  });
});
