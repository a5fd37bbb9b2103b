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

function batchOf({ data, shape }: Tensor, batch: number): Tensor {
  const all = new Float32Array(batch * data.length);
  for (let i = 0; i < batch; i++) all.set(data, i * data.length);
  return new Tensor(all, [batch, ...shape.slice(1)]);
}

function conv2dOutput({ shape: [batch, , height, width] }: Tensor): number[] {
  return [batch!, CHANNELS, height! - 2, width! - 2];
}

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
  const reason = new Error('no longer wanted');
  // A timer of a busy machine may fire after the run has ended, of which nothing can be learned: then a longer one is taken.
  for (let batch = 1; ; batch *= 2) {
    const images = batchOf(x, batch);
    const out = Tensor.zeros(conv2dOutput(images));
    const controller = new AbortController();
    const run = conv2dAsync(images, weight, { out, signal: controller.signal });
    let ended = false;
    const end = run.then(
      () => undefined,
      (error: unknown) => error,
    );
    void end.then(() => {
      ended = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const late = ended;
    controller.abort(reason);
    if (late && batch < 16) continue;
    expect(await end).toBe(reason);
    expect(out.data.every((value) => value === 0)).toBe(true);
    return;
  }
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
