// Workers that are terminated while their runs are queued, executing or synchronous, and one that leaves by
// process.exit(). The main thread's own run must come through unharmed.
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { addon, copyProgram, longProgram, SIZE, sleep, start } from './support.mjs';

function loseItAll(kind) {
  const program = longProgram(kind === 'sync' ? 5 : 200);
  const output = new Float32Array(SIZE);
  parentPort.postMessage('started');
  if (kind === 'sync') for (;;) addon.run(program, [new Float32Array(SIZE)], [output]);
  for (let i = 0; i < 5; i++) start(program, SIZE);
  if (kind === 'exit') setTimeout(() => process.exit(0), 10);
  if (kind === 'throw') setTimeout(() => addon.run(program), 10);
}

async function loseWorker(kind, delay) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: kind });
  worker.on('error', (error) => errors.push(error.code));
  // All listened for from the beginning, and none of them an error here: a worker that is gone quickly tells them in one
  // turn and in any order.
  const exit = new Promise((resolve) => worker.on('exit', resolve));
  const message = new Promise((resolve) => worker.on('message', resolve));
  await Promise.race([message, exit]);
  await sleep(delay);
  if (kind === 'async' || kind === 'sync') worker.terminate();
  await exit;
}

const errors = [];
if (isMainThread) {
  const mine = start(longProgram(2), SIZE);
  for (const delay of [0, 3, 30]) {
    await loseWorker('async', delay);
    await loseWorker('sync', delay);
  }
  await loseWorker('exit', 0);
  await loseWorker('throw', 0);
  await Promise.all([loseWorker('async', 5), loseWorker('async', 10), loseWorker('exit', 0)]);
  console.log(`${(await mine) ?? 'unharmed'} ${(await start(copyProgram(3), 3)) ?? 'alive'} ${errors}`);
} else {
  loseItAll(workerData);
}
