import { conv2d, conv2dAsync, maxPool2d, maxPool2dAsync, setBackend, Tensor } from 'convkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

function numbers(seed: number, ...shape: number[]): Tensor {
  const { data } = Tensor.zeros(shape);
  return new Tensor(
    data.map((_, i) => ((i * 37 + seed * 101) % 23) - 11),
    shape,
  );
}

describe.each(['auto', 'typescript'] as const)('runs off the event loop, backend %s', (backend) => {
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend('auto'));

  const weight = numbers(7, 4, 3, 3, 3);

  it('keep calls of one shape apart, however many are under way', async () => {
    const images = Array.from({ length: 12 }, (_, i) => numbers(i, 3, 20, 21));
    const results = await Promise.all(images.map((x) => conv2dAsync(x, weight)));
    expect(results).toEqual(images.map((x) => conv2d(x, weight)));
  });

  it('survive the eviction of what they run', async () => {
    const images = Array.from({ length: 150 }, (_, i) => numbers(i, 3, 5, 5 + i));
    const results = await Promise.all(images.map((x) => conv2dAsync(x, weight)));
    expect(results).toEqual(images.map((x) => conv2d(x, weight)));
  });

  it('read their inputs before they return', async () => {
    const x = numbers(1, 3, 9, 9);
    const expected = conv2d(x, weight);
    const promise = conv2dAsync(x, weight);
    x.data.fill(Number.NaN);
    expect(await promise).toEqual(expected);
  });

  it('give indices as the synchronous twin does', async () => {
    const x = numbers(3, 2, 3, 8, 9);
    expect(await maxPool2dAsync(x, 3, { returnIndices: true })).toEqual(maxPool2d(x, 3, { returnIndices: true }));
  });

  it('leave out untouched when they are aborted under way', async () => {
    const out = Tensor.zeros([64, 128, 128]);
    out.data.fill(-123);
    const controller = new AbortController();
    const promise = conv2dAsync(numbers(1, 64, 128, 128), numbers(2, 64, 64, 3, 3), {
      padding: 1,
      out,
      signal: controller.signal,
    });
    const reason = new Error('changed my mind');
    controller.abort(reason);
    await expect(promise).rejects.toBe(reason);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(out.data.every((value) => value === -123)).toBe(true);
  });
});
