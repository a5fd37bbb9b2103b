import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Tensor } from 'convkit';
import sharp from 'sharp';
import { readConfig } from './config.mjs';
import { readImage } from './image.mjs';
import { best, softmax } from './scores.mjs';
import { buildServer } from './server.mjs';

/** Scores an image by the mean of each of its channels, when `gate` opens. */
class ChannelModel {
  inputs = [{ name: 'x', shape: [-1, 3, 8, 8], type: 'float32' }];
  outputs = [{ name: 'scores', shape: [-1, 3], type: 'float32' }];
  gate = Promise.resolve();

  async run({ x }) {
    await this.gate;
    const means = Array.from({ length: x.shape[0] * 3 }, (_, i) => {
      return x.data.subarray(i * 64, (i + 1) * 64).reduce((sum, value) => sum + value) / 64;
    });
    return { scores: Tensor.from(means, [x.shape[0], 3]) };
  }
}

const servers = [];
after(() => Promise.all(servers.map((app) => app.close())));

async function start(options) {
  const app = await buildServer({ labels: ['red', 'green', 'blue'], ...options });
  servers.push(app);
  return { app, url: await app.listen({ port: 0 }) };
}

const picture = (background) =>
  sharp({ create: { width: 20, height: 10, channels: 3, background } })
    .png()
    .toBuffer();

function upload(url, file, init = {}) {
  const body = new FormData();
  body.set('image', new Blob([file]), 'image.png');
  return fetch(`${url}/predict`, { method: 'POST', body, ...init });
}

/** A model that runs when told to. */
function gatedModel() {
  const model = new ChannelModel();
  let open;
  model.gate = new Promise((resolve) => {
    open = resolve;
  });
  return { model, open };
}

/** Waits for what a request does on its way, which no event tells. */
async function until(condition) {
  while (!(await condition())) await sleep(5);
}
const waiting = async (url) => (await (await fetch(`${url}/health`)).json()).waiting;
const runs = async (url) => (await (await fetch(`${url}/metrics`)).json()).runs;

test('names the best classes of an image, best first', async () => {
  const { url } = await start({ model: new ChannelModel() });
  for (const colour of ['red', 'green', 'blue']) {
    const response = await upload(url, await picture(colour));
    assert.equal(response.status, 200);
    const { predictions } = await response.json();
    assert.equal(predictions[0].label, colour);
    assert.equal(predictions.length, 3);
    assert.ok(Math.abs(predictions.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-6);
  }
});

test('gathers requests that come together into one run', async () => {
  const { model, open } = gatedModel();
  const { url } = await start({ model, batcherOptions: { maxDelayMs: 0 } });
  const red = await picture('red');
  const first = upload(url, red);
  await until(async () => (await runs(url)) === 1);
  const others = ['green', 'blue', 'red'].map(async (colour) => upload(url, await picture(colour)));
  await until(async () => (await waiting(url)) === 3);
  open();
  const labels = [];
  for (const response of [await first, ...(await Promise.all(others))]) {
    labels.push((await response.json()).predictions[0].label);
  }
  assert.deepEqual(labels, ['red', 'green', 'blue', 'red']);
  const { runs: count, requests, meanBatch, eventLoopDelayMs } = await (await fetch(`${url}/metrics`)).json();
  assert.deepEqual({ count, requests, meanBatch }, { count: 2, requests: 4, meanBatch: 2 });
  assert.ok(eventLoopDelayMs.max >= eventLoopDelayMs.p50 && eventLoopDelayMs.p50 >= 0);
});

test('answers 400 to what is no image, and to a form without one', async () => {
  const { url } = await start({ model: new ChannelModel() });
  assert.equal((await upload(url, 'not an image')).status, 400);
  const cut = (await picture('red')).subarray(0, 40);
  assert.equal((await upload(url, cut)).status, 400);
  const form = new FormData();
  const response = await fetch(`${url}/predict`, { method: 'POST', body: form });
  assert.equal(response.status, 400);
  assert.match((await response.json()).error, /no file/);
});

test('answers 406 to what is no form, and 404 to other paths', async () => {
  const { url } = await start({ model: new ChannelModel() });
  assert.equal(
    (await fetch(`${url}/predict`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }))
      .status,
    406,
  );
  assert.equal((await fetch(`${url}/nothing`)).status, 404);
});

test('takes files up to the limit and answers 413 beyond', async () => {
  const { url } = await start({ model: new ChannelModel(), maxFileSize: 3e6 });
  const noise = await sharp(randomBytes(900 * 900 * 3), { raw: { width: 900, height: 900, channels: 3 } })
    .png()
    .toBuffer();
  assert.ok(noise.length > 2e6 && noise.length < 3e6);
  assert.equal((await upload(url, noise)).status, 200);
  assert.equal((await upload(url, Buffer.alloc(3e6 + 1))).status, 413);
});

test('answers 503 with Retry-After when the queue is full', async () => {
  const { model, open } = gatedModel();
  const { url } = await start({ model, batcherOptions: { maxBatch: 1, maxQueue: 1, concurrency: 1 } });
  const red = await picture('red');
  const accepted = [upload(url, red)];
  await until(async () => (await runs(url)) === 1);
  accepted.push(upload(url, red));
  await until(async () => (await waiting(url)) === 1);
  const refused = await upload(url, red);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('retry-after'), '1');
  open();
  for (const response of await Promise.all(accepted)) assert.equal(response.status, 200);
});

test('forgets a client that has gone', async () => {
  const { model, open } = gatedModel();
  const { url } = await start({ model, batcherOptions: { maxBatch: 1, concurrency: 1 } });
  const red = await picture('red');
  const first = upload(url, red);
  await until(async () => (await runs(url)) === 1);
  const controller = new AbortController();
  const gone = upload(url, red, { signal: controller.signal });
  await until(async () => (await waiting(url)) === 1);
  controller.abort();
  await assert.rejects(gone, { name: 'AbortError' });
  await until(async () => (await waiting(url)) === 0);
  open();
  assert.equal((await first).status, 200);
  assert.equal(await runs(url), 1);
});

test('answers 500 without details when the model fails', async () => {
  const model = new ChannelModel();
  model.run = () => Promise.reject(new Error('secret'));
  const { url } = await start({ model });
  const response = await upload(url, await picture('red'));
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret/);
});

test('answers what has come before it closes', async () => {
  const { model, open } = gatedModel();
  const { app, url } = await start({ model });
  const pending = upload(url, await picture('blue'));
  await until(async () => (await runs(url)) === 1);
  const closed = app.close();
  await until(async () =>
    upload(url, 'late').then(
      ({ status }) => status === 503,
      () => true,
    ),
  );
  open();
  assert.equal((await (await pending).json()).predictions[0].label, 'blue');
  // Waiting for a connection that nobody uses would take all of the server's keep-alive time.
  const late = new Promise((resolve) => setTimeout(resolve, app.server.keepAliveTimeout / 2, 'late').unref());
  assert.notEqual(await Promise.race([closed, late]), 'late');
});

test('refuses a model that takes no images', async () => {
  const model = new ChannelModel();
  model.inputs = [{ name: 'ids', shape: [-1, 128], type: 'float32' }];
  await assert.rejects(buildServer({ model }), /'ids' is \[-1, 128\]/);
});

test('normalises as the networks were trained, whatever the kind of image', async () => {
  const create = { width: 30, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } };
  const grey = await sharp({ create: { ...create, channels: 3, background: '#808080' } })
    .greyscale()
    .jpeg()
    .toBuffer();
  const cmyk = await sharp({ create: { ...create, channels: 3, background: 'white' } })
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer();
  const sixteen = await sharp({ create: { ...create, channels: 3, background: 'white' } })
    .toColourspace('rgb16')
    .png()
    .toBuffer();
  const transparent = await sharp({ create }).png().toBuffer();
  for (const [file, level] of [
    [grey, 128 / 255],
    [cmyk, 1],
    [sixteen, 1],
    [transparent, 1],
  ]) {
    const { data, shape } = await readImage(file, { height: 4, width: 6 });
    assert.deepEqual(shape, [3, 4, 6]);
    for (const [c, mean, deviation] of [
      [0, 0.485, 0.229],
      [1, 0.456, 0.224],
      [2, 0.406, 0.225],
    ]) {
      const expected = (level - mean) / deviation;
      for (let i = 0; i < 24; i++)
        assert.ok(Math.abs(data[c * 24 + i] - expected) < 0.03, `${data[c * 24 + i]} is not ${expected}`);
    }
  }
});

test('scores become probabilities, however large', () => {
  const probabilities = softmax(Float32Array.of(1000, 1001, -1000));
  assert.ok(Math.abs(probabilities[1] - Math.E / (1 + Math.E)) < 1e-6);
  assert.deepEqual(best([0.1, 0.7, 0.2], ['a', 'b'], 2), [
    { index: 1, label: 'b', probability: 0.7 },
    { index: 2, label: '2', probability: 0.2 },
  ]);
});

test('configuration comes from the command line, else from the environment', async () => {
  const config = await readConfig(['net.onnx', '--max-batch', '4'], { MAX_BATCH: '8', PORT: '0', PROBABILITIES: '1' });
  assert.equal(config.model, 'net.onnx');
  assert.equal(config.port, 0);
  assert.deepEqual(config.server.batcherOptions, { maxBatch: 4, maxDelayMs: 2, maxQueue: 256 });
  assert.equal(config.server.probabilities, true);
  await assert.rejects(readConfig([], {}), /MODEL\.onnx/);
  await assert.rejects(readConfig(['net.onnx'], { PORT: '80a' }), /--port \(PORT\) must be an integer .* '80a'/);
});
