import { loadModel, runtime, setBackend, setThreads, Tensor } from 'convkit';
import { afterAll, describe, expect, it } from 'vitest';
import { BACKENDS, difference, onEachBackend } from '../layers/support.js';
import { Archive, type Blob } from '../support/archive.js';
import { expectIdentical } from '../support/compare.js';
import { drawValues } from '../support/random.js';
import { elements } from '../support/specs.js';
import { readValues, type StoredTensor } from './stored-tensor.js';

/** A network that scripts/export-networks.py wrote, with PyTorch's results for two images. */
interface Network {
  readonly name: string;
  readonly seed: number;
  readonly shape: readonly number[];
  /** For one image. */
  readonly model: Blob;
  /** The same network for any number of images. */
  readonly freeBatch: Blob;
  readonly outputs: readonly StoredTensor[];
}

type Results = Record<string, Tensor>;

const archive = new Archive<readonly Network[]>('networks');
const networks = archive.index.map((network) => [network.name, network] as const);

const imagesOf = ({ shape, seed }: Network) => new Tensor(drawValues(elements(shape), seed), shape);

/** One entry of a batch. */
function entryOf({ data, shape: [count, ...shape] }: Tensor, i: number): Tensor {
  const size = data.length / count;
  return new Tensor(data.slice(i * size, (i + 1) * size), [1, ...shape]);
}

const goldensOf = ({ outputs }: Network): Results =>
  Object.fromEntries(
    outputs.map((output) => [output.name, new Tensor(readValues(archive, output), output.shape)] as const),
  );

const firstEntries = (results: Results): Results =>
  Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, entryOf(tensor, 0)]));

/** Within `tolerance` of the largest value of each output. */
function expectClose(actual: Results, expected: Results, tolerance: number): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, tensor] of Object.entries(expected)) {
    const largest = tensor.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scaled = ({ data, shape }: Tensor) =>
      new Tensor(
        data.map((value) => value / largest),
        shape,
      );
    expect(difference(scaled(actual[name]), scaled(tensor)), name).toBeLessThan(tolerance);
  }
}

function expectSame(actual: Results, expected: Results): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expectIdentical({ shape: actual[name].shape, values: actual[name].data }, { shape, values: data });
  }
}

async function runOnce(model: Blob, feeds: Tensor): Promise<Results> {
  const loaded = await loadModel(archive.bytes(model));
  const results = await loaded.run(feeds);
  loaded.dispose();
  return results;
}

describe('networks that PyTorch exported', () => {
  const { threads } = runtime();
  afterAll(() => setThreads(threads));

  onEachBackend(() => {
    it.each(networks)('%s: the values of PyTorch, for one image and for two', async (_name, network) => {
      const [images, goldens] = [imagesOf(network), goldensOf(network)];
      expectClose(await runOnce(network.model, entryOf(images, 0)), firstEntries(goldens), 1e-4);
      expectClose(await runOnce(network.freeBatch, images), goldens, 1e-4);
    });

    it.each(networks)('%s: the same bits now or later, on any threads, in any batch', async (_name, network) => {
      const model = await loadModel(archive.bytes(network.freeBatch));
      const images = imagesOf(network);
      setThreads(1);
      const expected = await model.run(images);
      expectSame(model.runSync(images), expected);
      expectSame(await model.run({ [model.inputs[0].name]: images }), expected);
      expectSame(await model.run(entryOf(images, 0)), firstEntries(expected));
      setThreads(2);
      expectSame(await model.run(images), expected);
      expectSame(model.runSync(images), expected);
      model.dispose();
    });

    it.each(networks)('%s: tells its inputs and outputs', async (_name, network) => {
      const { shape, outputs, model, freeBatch } = network;
      const [fixed, free] = await Promise.all([model, freeBatch].map((blob) => loadModel(archive.bytes(blob))));
      const type = 'float32';
      expect(fixed.inputs).toEqual([{ name: 'x', shape: shape.with(0, 1), type }]);
      expect(fixed.outputs).toEqual(outputs.map(({ name, shape }) => ({ name, shape: shape.with(0, 1), type })));
      expect(free.inputs).toEqual([{ name: 'x', shape: shape.with(0, -1), type }]);
      expect(free.outputs.map(({ name }) => name)).toEqual(outputs.map(({ name }) => name));
      fixed.dispose();
      free.dispose();
    });
  });

  it.skipIf(BACKENDS.length < 2).each(networks)('%s: the same values on both backends', async (_name, network) => {
    setBackend('typescript');
    const expected = await runOnce(network.freeBatch, imagesOf(network));
    setBackend('native');
    expectClose(await runOnce(network.freeBatch, imagesOf(network)), expected, 1e-5);
    setBackend('auto');
  });
});
