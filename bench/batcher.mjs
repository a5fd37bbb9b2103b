/**
 * One image a request from several clients, each of which sends the next when it has its result: model.run for each
 * request against a batcher in front of it. Both do the same arithmetic; what differs is how often a run's fixed
 * costs are paid, and how long requests wait for each other.
 */
import { performance } from 'node:perf_hooks';
import { Batcher, loadModel, Tensor } from '../dist/bundle/index.js';
import { percentile, uniform } from './samples.mjs';

const CLIENTS = [1, 4, 16, 64];
const SECONDS = 3;
/** Runs of every batch size come up in it, so that none is compiled while the clock runs. */
const WARM_UP_SECONDS = 1;
/** Height and width where the model leaves them free. */
const FREE_SIZE = 224;

export async function run(path) {
  if (path === '') throw new Error('bench: give a model, npm run bench -- batcher MODEL.onnx');
  const model = await loadModel(path);
  const feeds = makeFeeds(model.inputs);
  console.log(`${'clients'.padEnd(9)}${'by'.padEnd(9)}  requests/s   p50 ms   p99 ms  mean batch`);
  for (const clients of CLIENTS) {
    report(clients, 'run', await measure(() => model.run(feeds), clients), 1);
    const batcher = new Batcher(model, { maxQueue: clients });
    const { latencies, perSecond } = await measure(() => batcher.run(feeds), clients);
    report(clients, 'batcher', { latencies, perSecond }, batcher.stats.meanBatch);
    await batcher.close();
  }
  model.dispose();
}

/** One image of random values for each input. */
function makeFeeds(inputs) {
  return Object.fromEntries(
    inputs.map(({ name, shape }, i) => {
      const image = shape.slice(1).map((size) => (size === -1 ? FREE_SIZE : size));
      const size = image.reduce((a, b) => a * b, 1);
      return [name, new Tensor(uniform(size, i + 1), [1, ...image])];
    }),
  );
}

/** What clients that never pause get done, and how long each request took. */
async function measure(send, clients) {
  await load(send, clients, WARM_UP_SECONDS);
  const start = performance.now();
  const latencies = await load(send, clients, SECONDS);
  const perSecond = latencies.length / ((performance.now() - start) / 1e3);
  return { latencies: latencies.sort((a, b) => a - b), perSecond };
}

async function load(send, clients, seconds) {
  const latencies = [];
  const end = performance.now() + seconds * 1e3;
  const client = async () => {
    while (performance.now() < end) {
      const start = performance.now();
      await send();
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return latencies;
}

function report(clients, by, { latencies, perSecond }, meanBatch) {
  const columns = [perSecond, percentile(latencies, 0.5), percentile(latencies, 0.99), meanBatch];
  const [rate, p50, p99, mean] = columns.map((value) => value.toFixed(1));
  console.log(
    `${String(clients).padEnd(9)}${by.padEnd(9)}${rate.padStart(12)}${p50.padStart(9)}${p99.padStart(9)}${mean.padStart(12)}`,
  );
}
