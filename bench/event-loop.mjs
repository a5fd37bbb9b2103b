/**
 * How late a 1 ms timer fires while long convolutions run asynchronously: the delay that a server's other
 * requests would see. An idle loop's delay is measured first, for comparison.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conv2d, Tensor } from '../dist/bundle/index.js';
import { median, percentile, uniform } from './samples.mjs';

const SECONDS = 3;
const IDLE = 'idle';

export async function run() {
  // Some 200 ms of arithmetic on few bytes, so that what is seen is the waiting and not the copying of the input.
  const conv = new Conv2d(256, 256, 7, { padding: 3, seed: 1, algorithm: 'direct' });
  const x = new Tensor(uniform(256 * 112 * 112, 1), [1, 256, 112, 112]);
  conv.prepare(x.shape);
  await conv.forwardAsync(x);
  report(IDLE, await delaysDuring(() => sleep(SECONDS * 1e3)), []);
  const durations = [];
  const delays = await delaysDuring(async () => {
    const end = performance.now() + SECONDS * 1e3;
    while (performance.now() < end) {
      const start = performance.now();
      await conv.forwardAsync(x);
      durations.push(performance.now() - start);
    }
  });
  report('conv 7×7 256→256, 112²', delays, durations);
}

/** Delays of a timer beyond the millisecond that it asks for, until `work` is done. */
async function delaysDuring(work) {
  const delays = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    delays.push(Math.max(0, now - last - 1));
    last = now;
  }, 1);
  await work();
  clearInterval(timer);
  return delays.sort((a, b) => a - b);
}

function report(name, delays, durations) {
  const format = (value) => value.toFixed(1).padStart(7);
  const runs =
    durations.length === 0
      ? ''
      : `, ${durations.length} runs of ${format(median(durations.sort((a, b) => a - b))).trim()} ms`;
  console.log(
    `${name.padEnd(24)} event-loop delay: p50${format(percentile(delays, 0.5))} ms, p99${format(percentile(delays, 0.99))} ms, ` +
      `max${format(delays.at(-1))} ms${runs}`,
  );
}
