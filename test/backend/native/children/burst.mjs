// A burst of large results on many threads, and what is left of it: in MiB beyond what there was before.
import { setTimeout as sleep } from 'node:timers/promises';
import { conv2d, conv2dAsync, releaseMemory, setThreads, Tensor } from '../../../../dist/bundle/index.js';
import { addon } from './support.mjs';

const SIDE = 512;
const x = new Tensor(new Float32Array(16 * SIDE * SIDE).fill(1), [1, 16, SIDE, SIDE]);
const weight = new Tensor(new Float32Array(16 * 16 * 9).fill(1), [16, 16, 3, 3]);

async function burst() {
  const held = [];
  for (let i = 0; i < 12; i++) held.push(conv2d(x, weight, { padding: 1 }));
  held.push(...(await Promise.all(held.slice(0, 6).map((input) => conv2dAsync(input, weight, { padding: 1 })))));
  return held.length;
}

async function settle() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await sleep(20);
  }
}

const beyond = (before) => Math.round((process.memoryUsage.rss() - before) / 2 ** 20);

conv2d(x, weight, { padding: 1, out: Tensor.zeros([1, 16, SIDE, SIDE]) });
await settle();
releaseMemory();
const before = process.memoryUsage.rss();
setThreads(8);
await burst();
await settle();
const kept = beyond(before);
setThreads(1);
const released = Math.round(releaseMemory() / 2 ** 20);
await settle();
const { lent, lost, cached } = addon.memoryUse();
console.log(JSON.stringify({ kept, released, left: beyond(before), lent, lost, cached }));
