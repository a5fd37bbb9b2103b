import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { Conv2d, Linear, loadModel, type Model, Tensor } from 'convkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Addon } from '../../../binding.js';
import { writeOnnx } from '../../support/onnx-writer.js';

// The very object that the library calls.
const addon = createRequire(import.meta.url)('../../../build/Release/convkit.node') as Addon;

const LAYERS = 6;
const CHANNELS = 192;

/** A chain of convolutions with a batch norm each, and 8 MB of weights. */
const NETWORK = writeOnnx({
  nodes: Array.from({ length: LAYERS }, (_, i) => [
    { operator: 'Conv', inputs: [`x${i}`, 'w'], outputs: [`c${i}`], attributes: { pads: { ints: [1, 1, 1, 1] } } },
    { operator: 'BatchNormalization', inputs: [`c${i}`, `s${i}`, 'k', 'k', 'k'], outputs: [`x${i + 1}`] },
  ]).flat(),
  initializers: {
    w: {
      shape: [CHANNELS, CHANNELS, 3, 3],
      values: Float32Array.from({ length: CHANNELS * CHANNELS * 9 }, (_, i) => Math.sin(i) / 40),
    },
    k: { shape: [CHANNELS], values: new Float32Array(CHANNELS).fill(0.5) },
    // Other factors for each, so that no two have the same weights.
    ...Object.fromEntries(
      Array.from({ length: LAYERS }, (_, i) => [
        `s${i}`,
        { shape: [CHANNELS], values: new Float32Array(CHANNELS).fill(0.5 + i / 8) },
      ]),
    ),
  },
  inputs: [{ name: 'x0', shape: [1, CHANNELS, 'h', 'w'] }],
  outputs: [{ name: `x${LAYERS}` }],
});

const OUTPUT = `x${LAYERS}`;
const image = (size = 4) => {
  const tensor = Tensor.zeros([1, CHANNELS, size, size]);
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = Math.cos(i);
  return tensor;
};
const load = () => loadModel(NETWORK, { backend: 'native' });

/** What the addon is asked to make, and how. */
function watched() {
  return { sync: vi.spyOn(addon, 'createProgram'), async: vi.spyOn(addon, 'createProgramAsync') };
}

/** Counts turns of the event loop until a promise settles. */
async function turnsDuring(promise: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const over = promise.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise(setImmediate);
    turns++;
  }
  await over;
  return turns;
}

async function syncValues(size?: number): Promise<Float32Array> {
  const model = await load();
  return model.runSync(image(size))[OUTPUT].data;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the first run of a large network', () => {
  it('packs on the pool, while the event loop turns, and gives the same values', async () => {
    const wanted = await syncValues();
    const model = await load();
    const { sync, async } = watched();
    const run = model.run(image());
    expect(await turnsDuring(run)).toBeGreaterThan(10);
    expect([sync.mock.calls.length, async.mock.calls.length]).toEqual([0, 1]);
    expect((await run)[OUTPUT].data).toEqual(wanted);
    await model.run(image());
    expect(async).toHaveBeenCalledTimes(1);
  });

  it('and a warm-up do so too; a synchronous run then finds all there', async () => {
    const model = await load();
    const { sync, async } = watched();
    await model.warmup([1, CHANNELS, 4, 4]);
    model.runSync(image());
    expect([sync.mock.calls.length, async.mock.calls.length]).toEqual([0, 1]);
  });

  it('has copied the feeds before it returns', async () => {
    const wanted = await syncValues();
    const model = await load();
    const x = image();
    const run = model.run(x);
    x.data.fill(Number.NaN);
    expect((await run)[OUTPUT].data).toEqual(wanted);
  });

  it('is compiled once for all who wait for it, and apart for other shapes', async () => {
    const model = await load();
    const { async } = watched();
    const results = await Promise.all([4, 4, 5, 4, 5].map((size) => model.run(image(size))));
    expect(async).toHaveBeenCalledTimes(2);
    expect(results.map((result) => result[OUTPUT].shape[2])).toEqual([4, 4, 5, 4, 5]);
  });

  it('need not wait for itself: a synchronous one compiles at once', async () => {
    const model = await load();
    const run = model.run(image());
    const now = model.runSync(image())[OUTPUT].data;
    expect((await run)[OUTPUT].data).toEqual(now);
  });

  it('goes on where the model is disposed of meanwhile, and later ones are refused', async () => {
    const wanted = await syncValues();
    const model = await load();
    const run = model.run(image());
    await new Promise(setImmediate);
    model.dispose();
    await expect(model.run(image())).rejects.toThrow('disposed of');
    expect((await run)[OUTPUT].data).toEqual(wanted);
  });

  it('rejects with what the backend says', async () => {
    const model = await load();
    vi.spyOn(addon, 'createProgramAsync').mockImplementation((_spec, _constants, done) => {
      setImmediate(done, Object.assign(new Error('out of memory'), { code: 'ERR_NATIVE' }));
      return 0;
    });
    await expect(Promise.all([model.run(image()), model.run(image())])).rejects.toMatchObject({
      code: 'ERR_NATIVE',
      message: 'out of memory',
    });
    vi.restoreAllMocks();
    expect((await model.run(image()))[OUTPUT].shape).toEqual([1, CHANNELS, 4, 4]);
  });
});

describe('an abort of a first run', () => {
  const reason = new Error('enough');

  /** Aborts once the program is being made. */
  async function abortWhilePacking(model: Model): Promise<void> {
    const controller = new AbortController();
    const cancel = vi.spyOn(addon, 'cancel');
    const create = addon.createProgramAsync;
    vi.spyOn(addon, 'createProgramAsync').mockImplementation((...args) => {
      const id = create(...args);
      queueMicrotask(() => controller.abort(reason));
      return id;
    });
    await expect(model.run(image(), { signal: controller.signal })).rejects.toBe(reason);
    expect(cancel).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
  }

  it('rejects at once and stops the work; the next run does it anew', async () => {
    const wanted = await syncValues();
    const model = await load();
    await abortWhilePacking(model);
    expect((await model.run(image()))[OUTPUT].data).toEqual(wanted);
  });

  it('between two slices is one as well', async () => {
    const model = await load();
    const { async } = watched();
    const controller = new AbortController();
    const run = model.run(image(), { signal: controller.signal });
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
    expect((await model.run(image()))[OUTPUT].shape).toEqual([1, CHANNELS, 4, 4]);
    expect(async.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it('does not take it from others who wait for it', async () => {
    const model = await load();
    const { async } = watched();
    const controller = new AbortController();
    const aborted = model.run(image(), { signal: controller.signal });
    const other = model.run(image());
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    expect((await other)[OUTPUT].shape).toEqual([1, CHANNELS, 4, 4]);
    expect(async).toHaveBeenCalledTimes(1);
  });
});

it.each([
  ['a linear layer', () => new Linear(1024, 512, { seed: 1 }), () => Tensor.zeros([2, 1024])],
  ['a convolution', () => new Conv2d(128, 128, 3, { seed: 1 }), () => Tensor.zeros([1, 128, 8, 8])],
])('%s packs its weights on the pool when it is first run asynchronously', async (_, make, input) => {
  const x = input();
  for (let i = 0; i < x.size; i++) x.data[i] = Math.cos(i);
  const wanted = make().forward(x);
  const layer = make();
  const { sync, async } = watched();
  const runs = [layer.forwardAsync(x), layer.forwardAsync(x)];
  const first = x.data.slice();
  x.data.fill(Number.NaN);
  for (const y of await Promise.all(runs)) expect(y.data).toEqual(wanted.data);
  x.data.set(first);
  expect((await layer.forwardAsync(x)).data).toEqual(wanted.data);
  expect([sync.mock.calls.length, async.mock.calls.length]).toEqual([0, 1]);
  layer.load(Object.fromEntries(make().parameters()));
  expect((await layer.forwardAsync(x)).data).toEqual(wanted.data);
  expect(async).toHaveBeenCalledTimes(2);
});

it('a worker may end while a program is made for it', async () => {
  const script = `
    const { loadModel, Tensor } = await import('convkit');
    const { parentPort, workerData } = await import('node:worker_threads');
    const model = await loadModel(workerData, { backend: 'native' });
    for (let size = 4; size < 9; size++) void model.run(Tensor.zeros([1, ${CHANNELS}, size, size]));
    // It is not to end before it is ended, however soon all is packed.
    setInterval(() => {}, 60_000);
    setImmediate(() => parentPort.postMessage('packing'));`;
  for (let i = 0; i < 5; i++) {
    const url = new URL(
      `data:text/javascript,${encodeURIComponent(script.replace("'convkit'", JSON.stringify(import.meta.resolve('convkit'))))}`,
    );
    const worker = new Worker(url, { workerData: NETWORK });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, 5 * i));
    expect(await worker.terminate()).toBe(1);
  }
  expect((await syncValues()).length).toBe(CHANNELS * 16);
});
