import assert from 'node:assert/strict';
import { assertNative, findings, PROGRAMS, probe } from '../lib/probe.mjs';
import { context, scenario, shared } from '../lib/scenario.mjs';

const installed = shared('ways-in', (project) => project.npm('install', 'convkit'));

for (const way of Object.keys(PROGRAMS)) {
  scenario(`a program with ${way}`, { in: installed }, async (project) => assertNative(await probe(project, { way })));
}

scenario('a program given as text, of either kind', { in: installed }, async (project) => {
  for (const [type, [, text]] of [
    ['commonjs', PROGRAMS.require],
    ['module', PROGRAMS.import],
  ]) {
    const { stdout, stderr } = await project.run('node', `--input-type=${type}`, '-e', text);
    assertNative({ ...findings(stdout), stderr });
  }
});

scenario('import and require in one program share their state', { in: installed }, async (project) => {
  project.write({
    'both.mjs': `
      import { createRequire } from 'node:module';
      import * as imported from 'convkit';
      const required = createRequire(import.meta.url)('convkit');
      required.setBackend('typescript');
      const { backend } = imported.runtime();
      console.log(JSON.stringify({
        backend,
        isSame: imported.Tensor === required.Tensor && imported.ShapeError === required.ShapeError,
      }));`,
  });
  const { stdout } = await project.run('node', 'both.mjs');
  assert.deepEqual(JSON.parse(stdout), { backend: 'typescript', isSame: true });
});

scenario('two worker threads at once, and the main thread', { in: installed }, async (project) => {
  project.write({
    'threads.mjs': `
      import { Worker } from 'node:worker_threads';
      import { conv2d, runtime, Tensor } from 'convkit';
      const run = (file) => new Promise((resolve, reject) => {
        const worker = new Worker(new URL(file, import.meta.url));
        worker.once('message', resolve).once('error', reject);
      });
      const work = () => conv2d(Tensor.zeros([8, 64, 64]), Tensor.zeros([8, 8, 3, 3])).shape.join();
      const both = Promise.all([run('worker.mjs'), run('worker.cjs')]);
      const own = [runtime().backend, work()];
      console.log(JSON.stringify([own, ...(await both)]));`,
    'worker.mjs': worker(
      "import { conv2d, runtime, Tensor } from 'convkit';\nimport { parentPort } from 'node:worker_threads';",
    ),
    'worker.cjs': worker(
      "const { conv2d, runtime, Tensor } = require('convkit');\nconst { parentPort } = require('node:worker_threads');",
    ),
  });
  const { stdout, stderr } = await project.run('node', 'threads.mjs');
  assert.deepEqual(JSON.parse(stdout), Array(3).fill(['native', '8,62,62']));
  assert.equal(stderr, '');
});

scenario('child processes, forked and spawned', { in: installed }, async (project) => {
  project.write({
    'children.mjs': `
      import { fork, spawnSync } from 'node:child_process';
      import { runtime } from 'convkit';
      const forked = await new Promise((resolve) => fork('child.cjs').once('message', resolve));
      const { stdout } = spawnSync(process.execPath, ['child.cjs'], { encoding: 'utf8' });
      console.log(JSON.stringify([runtime().backend, forked, stdout]));`,
    'child.cjs': `
      const { backend } = require('convkit').runtime();
      if (process.send) process.send(backend);
      else process.stdout.write(backend);`,
  });
  const { stdout, stderr } = await project.run('node', 'children.mjs');
  assert.deepEqual(JSON.parse(stdout), ['native', 'native', 'native']);
  assert.equal(stderr, '');
});

scenario('the command line', { in: installed }, async (project) => {
  const version = await project.run('npx', 'convkit', '--version');
  assert.equal(version.stdout.trim(), context.version);
  const info = await project.run('npx', 'convkit', 'info', '--json');
  const { convkit, backend, reason, addon } = JSON.parse(info.stdout);
  assert.deepEqual({ convkit, backend, reason }, { convkit: context.version, backend: 'native', reason: undefined });
  assert.match(addon?.path ?? '', /node_modules\/@convkit\//);
  assert.equal(info.stderr, '');
});

scenario('the command line says that sharp is missing', { in: installed }, async (project) => {
  project.write({ 'images/one.png': 'not read without sharp' });
  const words = ['preprocess', 'images', '--resize', '32x32', '-o', 'out.npy'];
  const { status, stdout, stderr } = await project.attempt('npx', 'convkit', ...words);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.match(stderr, /sharp, which is not installed: run `npm install sharp`/);
  assert.equal(project.has('out.npy'), false);
});

function worker(imports) {
  return `${imports}
    const y = conv2d(Tensor.zeros([8, 64, 64]), Tensor.zeros([8, 8, 3, 3]));
    parentPort.postMessage([runtime().backend, y.shape.join()]);`;
}
