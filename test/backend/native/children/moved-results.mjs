// Results that a worker moves into buffers of their own and hands to the main thread, which keeps them beyond the worker's
// end while others are computed. Every way of moving, every way of ending; by the package, and by the addon alone.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  isMainThread,
  MessageChannel,
  parentPort,
  receiveMessageOnPort,
  Worker,
  workerData,
} from 'node:worker_threads';
import { conv2d, Tensor } from '../../../../dist/bundle/index.js';
import { addon } from './support.mjs';

const SIDE = 72;
const BYTES = 4 * SIDE * SIDE;
/** More than what the cache keeps: its pages go back to the system at once. */
const LARGE = 300 * 2 ** 20;

const MOVES = {
  transfer: (buffer) => buffer.transfer(),
  transferToFixedLength: (buffer) => buffer.transferToFixedLength(),
  again: (buffer) => buffer.transfer().transfer(),
  clone: (buffer) => {
    const moved = buffer.transfer();
    return structuredClone(moved, { transfer: [moved] });
  },
  channel: (buffer) => {
    const { port1, port2 } = new MessageChannel();
    const moved = buffer.transfer();
    port1.postMessage(moved, [moved]);
    return receiveMessageOnPort(port2).message;
  },
};

const SOURCES = {
  package: (value) => filled(value).data.buffer,
  addon: (value) => new Float32Array(addon.allocate(BYTES)).fill(value).buffer,
  large: (value) => touched(addon.allocate(LARGE), value),
};

function filled(value) {
  const image = new Tensor(new Float32Array(SIDE * SIDE).fill(1), [1, 1, SIDE, SIDE]);
  return conv2d(image, Tensor.from([[[[value]]]]));
}

/** A value in every 64th page: enough to tell, and soon written. */
function touched(buffer, value) {
  const values = new Float32Array(buffer);
  for (let i = 0; i < values.length; i += 65_536) values[i] = value;
  return buffer;
}

function holds(buffer, value) {
  const values = new Float32Array(buffer);
  const step = buffer.byteLength === LARGE ? 65_536 : 1;
  for (let i = 0; i < values.length; i += step) if (values[i] !== value) return false;
  return true;
}

async function moved(source, move, ending) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { source, move, ending } });
  const [[buffer]] = await Promise.all([
    once(worker, 'message'),
    ending === 'terminate' ? undefined : once(worker, 'exit'),
  ]);
  if (ending === 'terminate') await worker.terminate();
  return { name: `${source} ${move} ${ending}`, buffer };
}

async function inMain() {
  const held = [];
  for (const source of ['package', 'addon']) {
    for (const move of Object.keys(MOVES)) {
      for (const ending of ['end', 'exit', 'terminate']) held.push(await moved(source, move, ending));
    }
  }
  held.push(await moved('large', 'transfer', 'end'));
  const others = [];
  for (let i = 0; i < 60; i++) others.push(SOURCES.package(9), SOURCES.addon(9));
  others.push(touched(addon.allocate(LARGE) ?? new ArrayBuffer(LARGE), 9));
  const changed = held.filter(({ buffer }) => !holds(buffer, 7)).map(({ name }) => name);
  console.log(`${held.length} held, changed: ${changed.join() || 'none'}, ${others.length} others`);
}

if (isMainThread) {
  await inMain();
} else {
  const { source, move, ending } = workerData;
  const buffer = MOVES[move](SOURCES[source](7));
  parentPort.postMessage(buffer, [buffer]);
  if (ending === 'exit') process.exit(0);
  if (ending === 'terminate') setInterval(() => {}, 1000);
}
