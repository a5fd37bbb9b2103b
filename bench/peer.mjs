/** What every benchmark against onnxruntime-node does around its measurements. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname } from 'node:path';

export function quit(code, reason) {
  console.error(`${basename(process.argv[1], '.mjs')}: ${reason}`);
  process.exit(code);
}

export function requirePeer() {
  try {
    import.meta.resolve('onnxruntime-node');
  } catch {
    quit(1, 'onnxruntime-node is not installed. Install it with\n\n  npm run bench:setup\n');
  }
}

/** The numbers of threads that `--threads` lists. */
export function threadCounts(list) {
  const counts = list.split(',').map(Number);
  if (!counts.every((count) => Number.isInteger(count) && count > 0)) {
    quit(2, `--threads takes positive integers, such as 1,2, and got '${list}'`);
  }
  return counts;
}

/** Runs this script again in a process that has `threads` threads, and returns what it sends. */
export async function runChild(threads, args) {
  const child = fork(process.argv[1], ['--child', '--threads', String(threads), ...args], {
    env: { ...process.env, CONVKIT_THREADS: String(threads) },
  });
  let result;
  child.on('message', (sent) => {
    result = sent;
  });
  const [code] = await once(child, 'close');
  if (result === undefined) quit(1, `measuring on ${threads} thread(s) ended with code ${code} and no result`);
  return result;
}

/** The last act of a child: the process may still hold threads that would keep it alive. */
export function sendResult(result) {
  process.send(result, () => process.disconnect());
}

/** What is wrong with our values, if anything; `tolerance` is relative to the largest value. */
export function differenceOf(ours, theirs, tolerance) {
  if (ours.length !== theirs.length) return `${ours.length} values, where onnxruntime has ${theirs.length}`;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < theirs.length; i++) {
    const distance = Math.abs(ours[i] - theirs[i]);
    if (Number.isNaN(distance)) return `element ${i} is ${ours[i]}, where onnxruntime has ${theirs[i]}`;
    if (distance > difference) difference = distance;
    if (Math.abs(theirs[i]) > largest) largest = Math.abs(theirs[i]);
  }
  if (difference <= tolerance * largest) return undefined;
  return `differs from onnxruntime by ${(difference / largest).toExponential(1)} of the largest value`;
}

export function printEnvironment(threads, runtime, peerVersion) {
  console.log(
    `${cpus()[0].model}, Node ${process.version}, threads: ${threads}\n` +
      `convkit: ${runtime.backend} (${runtime.isa}), onnxruntime-node: ${peerVersion}; milliseconds`,
  );
}

/** All figures, with the machine they were taken on. */
export function writeReport(file, figures) {
  const facts = { cpu: cpus()[0].model, node: process.version, date: new Date().toISOString() };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...facts, ...figures }, null, 2)}\n`);
  console.log(`\nAll figures: ${file}`);
}
