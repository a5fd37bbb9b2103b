import { conv2d, conv2dAsync, Tensor } from 'convkit';
import { expect, test } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { drawValues } from '../support/random.js';

assertBackendTook();

const LONG_MS = 80;
const CHANNELS = 48;
const weight = new Tensor(drawValues(CHANNELS * CHANNELS * 9, 2), [CHANNELS, CHANNELS, 3, 3]);

/** A plane on which the convolution takes long enough to be seen, on whatever machine this is. */
function longRunningInput(): Tensor {
  for (let extent = 48; ; extent *= 2) {
    const x = new Tensor(drawValues(CHANNELS * extent * extent, 1), [1, CHANNELS, extent, extent]);
    conv2d(x, weight);
    const start = performance.now();
    conv2d(x, weight);
    if (performance.now() - start >= LONG_MS || extent >= 1536) return x;
  }
}

const x = longRunningInput();

test('timers fire while an asynchronous convolution runs', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  try {
    await conv2dAsync(x, weight);
  } finally {
    clearInterval(timer);
  }
  expect(ticks).toBeGreaterThan(0);
});

test('aborting rejects with the reason and leaves out as it was', async () => {
  const [, , height, width] = x.shape;
  const out = Tensor.zeros([1, CHANNELS, height - 2, width - 2]);
  const controller = new AbortController();
  const reason = new Error('no longer wanted');
  const run = conv2dAsync(x, weight, { out, signal: controller.signal });
  setTimeout(() => controller.abort(reason), 5);
  await expect(run).rejects.toBe(reason);
  expect(out.data.every((value) => value === 0)).toBe(true);
});

test('inputs may be overwritten as soon as the call has returned', async () => {
  const small = new Tensor(drawValues(2 * 9 * 30 * 30, 3), [2, 9, 30, 30]);
  const own = new Tensor(drawValues(7 * 9 * 9, 4), [7, 9, 3, 3]);
  const expected = conv2d(small, own);
  const pending = conv2dAsync(small, own);
  small.data.fill(Number.NaN);
  own.data.fill(Number.NaN);
  expect((await pending).data).toEqual(expected.data);
});
