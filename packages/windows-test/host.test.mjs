// What the suites do not ask: the other ways into the addon, and what Windows has of its own.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Conv2d, conv2d, conv2dAsync, maxPool2dAsync, releaseMemory, runtime, Tensor } from 'convkit';
import { describe, expect, test } from 'vitest';

const image = Tensor.from([[Array.from({ length: 64 }, (_, y) => Array.from({ length: 64 }, (_, x) => (x * y) % 7))]]);
const weight = Tensor.from([
  [
    [
      [1, 2, 1],
      [0, 0, 0],
      [-1, -2, -1],
    ],
  ],
]);

/** By definition, without padding. */
function edges() {
  const at = (y, x) => (x * y) % 7;
  return Array.from({ length: 62 * 62 }, (_, i) => {
    const y = Math.floor(i / 62);
    const x = i % 62;
    return at(y, x) + 2 * at(y, x + 1) + at(y, x + 2) - at(y + 2, x) - 2 * at(y + 2, x + 1) - at(y + 2, x + 2);
  });
}

describe('the addon in Node.js for Windows', () => {
  test('is loaded, and knows the machine', () => {
    const facts = runtime();
    expect(process.platform).toBe('win32');
    expect(facts.backend).toBe('native');
    expect(facts.threads).toBe(availableParallelism());
    if (process.env.CONVKIT_ISA) expect(facts.isa).toBe(process.env.CONVKIT_ISA);
  });

  test('gives the same results at once, later and many at a time', async () => {
    const expected = edges();
    expect([...conv2d(image, weight).data]).toEqual(expected);
    const later = await Promise.all(Array.from({ length: 40 }, () => conv2dAsync(image, weight)));
    for (const result of later) expect([...result.data]).toEqual(expected);
  });

  test('has large results in memory of its own, and gives it back', async () => {
    const large = Tensor.zeros([1, 16, 256, 256]);
    for (let i = 0; i < 20; ++i) {
      const { data } = await maxPool2dAsync(large, 2);
      expect(data.length).toBe(16 * 128 * 128);
    }
    releaseMemory();
  });

  test('passes errors of its own through', async () => {
    const layer = new Conv2d(3, 4, 3);
    expect(() => layer.forward(Tensor.zeros([1, 2, 8, 8]))).toThrow(/channels/);
    await expect(conv2dAsync(image, weight, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });

  test('runs in worker threads, which end with work under way', async () => {
    for (let i = 0; i < 5; ++i) {
      const worker = new Worker(new URL('./worker.mjs', import.meta.url));
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      await worker.terminate();
    }
    expect([...conv2d(image, weight).data]).toEqual(edges());
  });
});
