// Threads that end inside the callback of a run, while others of theirs are queued and executing: by an exception, by
// process.exit(), or because the main thread ends them. Then the process itself does.
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { addon, copyProgram, longProgram, SIZE, start } from './support.mjs';

const LARGE = 1 << 20;

/** Runs that write straight into lent memory, and one whose end is this thread's. */
function runAndEnd(end) {
  const copy = copyProgram(LARGE);
  const long = longProgram(500);
  const output = new Float32Array(addon.allocate(4 * LARGE) ?? LARGE);
  addon.runAsync(copy, [new Float32Array(LARGE)], [output], () => end(copy), true);
  for (let i = 0; i < 4; i++) {
    const result = new Float32Array(addon.allocate(4 * SIZE) ?? SIZE);
    addon.runAsync(long, [new Float32Array(SIZE)], [result], () => console.log('must not come'), true);
  }
}

const ENDS = {
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('from done');
  },
  dispose: (program) => {
    addon.dispose(program);
    process.exit(3);
  },
  handle: (program) => {
    try {
      parentPort.postMessage(program);
    } catch (error) {
      process.exit(error.name === 'DataCloneError' ? 4 : 1);
    }
  },
  wait: () => {
    parentPort.postMessage('running');
    for (;;);
  },
};

async function endWorker(kind) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: kind });
  let error = '';
  worker.on('error', ({ message }) => {
    error = message;
  });
  worker.on('message', () => worker.terminate());
  const code = await new Promise((resolve) => worker.on('exit', resolve));
  return `${kind} ${code} ${error}`.trim();
}

if (isMainThread) {
  const mine = start(longProgram(1), SIZE);
  const ends = [];
  for (const kind of Object.keys(ENDS)) ends.push(await endWorker(kind));
  ends.push((await mine) ?? 'unharmed');
  console.log(ends.join(', '));
  runAndEnd(() => process.exit(5));
} else {
  runAndEnd(ENDS[workerData]);
}
