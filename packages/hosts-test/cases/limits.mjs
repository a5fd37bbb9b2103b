/** What a container allows: processors, and memory. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlGroup } from '../support/control-group.mjs';
import { block } from '../support/docs.mjs';
import { project } from '../support/projects.mjs';
import { checkResult } from '../support/results.mjs';
import { run, shell } from '../support/run.mjs';
import { Skipped } from '../support/skipped.mjs';

const THREADS = `
import { runtime, setBackend } from 'convkit';
const { threads: native, backend } = runtime();
setBackend('typescript');
console.log('RESULT ' + JSON.stringify({ backend, native, typescript: runtime().threads }));
`;

const threadsOf = (output) => JSON.parse(/^RESULT (.*)$/m.exec(output)?.[1] ?? 'null');

/** In a group of that limit. @returns [what it printed, its peak in bytes] */
async function inGroup(controller, limit, command, cwd) {
  const group = controlGroup(controller, limit);
  try {
    const join = 'echo $$ > "$PROCS" && exec "$@"';
    const output = await run(['sh', '-euc', join, 'sh', ...command], { cwd, env: { PROCS: group.procs } });
    return [output, group.peak()];
  } finally {
    group.remove();
  }
}

async function threadsProject() {
  const folder = await project('threads');
  writeFileSync(join(folder, 'threads.mjs'), THREADS);
  return folder;
}

async function quota() {
  const folder = await threadsProject();
  const [output] = await inGroup('cpu', 1, [process.execPath, 'threads.mjs'], folder);
  assert.deepEqual(threadsOf(output), { backend: 'native', native: 1, typescript: 1 });
}

async function affinity() {
  const folder = await threadsProject();
  const output = await run(['taskset', '-c', '0', process.execPath, 'threads.mjs'], { cwd: folder });
  assert.deepEqual(threadsOf(output), { backend: 'native', native: 1, typescript: 1 });
}

async function variable() {
  const folder = await project('variable');
  writeFileSync(join(folder, 'server.mjs'), THREADS);
  assert.deepEqual(threadsOf(await shell(block('threads'), { cwd: folder })), {
    backend: 'native',
    native: 3,
    typescript: 3,
  });
}

const MEMORY = 128 * 2 ** 20;

async function memory() {
  const folder = await project('memory');
  const [output, peak] = await inGroup('memory', MEMORY, [process.execPath, 'main.mjs', 'tiny.onnx'], folder);
  checkResult(output);
  return `${(peak / 2 ** 20).toFixed(0)} MB of 128 taken`;
}

/** The page's program, which says itself how much it gave back. */
async function release() {
  const folder = await project('release');
  writeFileSync(join(folder, 'release.mjs'), block('release-memory'));
  const output = await run([process.execPath, 'release.mjs'], { cwd: folder });
  const megabytes = Number(/^gave back (\d+) MB$/m.exec(output)?.[1]);
  assert.ok(megabytes > 0, output);
  return `${megabytes} MB`;
}

const onLinux = (act) => () => {
  if (process.platform !== 'linux') throw new Skipped('Linux alone has control groups');
  return act();
};

export const LIMIT_CASES = [
  { name: 'limits: a quota of processor time', run: onLinux(quota) },
  { name: 'limits: a set of processors', run: onLinux(affinity) },
  { name: 'limits: CONVKIT_THREADS', run: variable },
  { name: 'limits: 128 MB', run: onLinux(memory) },
  { name: 'limits: memory given back', run: release },
];
