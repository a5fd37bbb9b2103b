// The addon in the main thread and in several workers, one after another and at once, with results from all.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { addon, copyProgram } from './support.mjs';

const program = copyProgram(3);

function copy() {
  const output = new Float32Array(3);
  const { promise, resolve } = withResolvers();
  addon.runAsync(program, [Float32Array.of(1, 2, 3)], [output], (error) => resolve(error ?? output.join()));
  return promise;
}

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}

async function inWorker() {
  const worker = new Worker(fileURLToPath(import.meta.url));
  const [[message], [code]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  return `${message} ${code}`;
}

if (isMainThread) {
  const results = [await copy()];
  for (let i = 0; i < 3; i++) results.push(await inWorker());
  results.push(...(await Promise.all([inWorker(), copy(), inWorker(), inWorker()])));
  console.log(results.join(' | '));
} else {
  parentPort.postMessage(await copy());
}
