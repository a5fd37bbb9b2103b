import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

const PROGRAM = `
  const { Conv2d, conv2d, conv2dAsync, ReLU, Sequential, setBackend, Tensor } = await import('convkit');
  setBackend('typescript');
  const x = Tensor.from(Array.from({ length: 4 * 48 * 48 }, (_, i) => (i % 9) - 4), [1, 4, 48, 48]);
  const weight = Tensor.from(Array.from({ length: 144 }, (_, i) => (i % 5) - 2), [4, 4, 3, 3]);
  const same = (a, b) => a.data.every((value, i) => value === b.data[i]);
  const few = await Promise.all([0, 1, 2].map((padding) => conv2dAsync(x, weight, { padding })));
  const equal = few.map((y, padding) => same(y, conv2d(x, weight, { padding })));
  const net = new Sequential(...Array.from({ length: 40 }, (_, seed) => new Conv2d(4, 4, 3, { padding: 1, seed })), new ReLU());
  const expected = net.forward(x);
  let turns = 0;
  const count = () => { turns++; timer = setImmediate(count); };
  let timer = setImmediate(count);
  const alone = same(await net.forwardAsync(x), expected);
  clearImmediate(timer);
  const run = net.forwardAsync(x);
  await new Promise(setImmediate);
  net.forward(x); // in between, in memory of its own
  const sliced = alone && same(await run, expected);
  const abort = new AbortController();
  const aborted = net.forwardAsync(x, { signal: abort.signal }).catch(({ name }) => name);
  const waiting = net.forwardAsync(x, { signal: abort.signal }).catch(({ name }) => name);
  const later = net.forwardAsync(x);
  setImmediate(() => abort.abort());
  const error = await conv2dAsync(x, weight, { stride: 0 }).catch(({ name }) => name);
  console.log(JSON.stringify({ equal, sliced, turns: turns > 2, aborted: await aborted, waiting: await waiting, error }));
  console.log(same(await later, expected));
`;

const DONE = [
  {
    equal: [true, true, true],
    sliced: true,
    turns: true,
    aborted: 'AbortError',
    waiting: 'AbortError',
    error: 'ShapeError',
  },
  true,
];

/** Copies of the built package: one whole, one without its worker, and a program that a bundler put it into. */
let place: string;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'convkit-workers-'));
  for (const name of ['whole', 'broken']) {
    const copy = join(place, name, 'node_modules', 'convkit');
    mkdirSync(copy, { recursive: true });
    cpSync(join(root, 'dist', 'bundle'), join(copy, 'dist', 'bundle'), { recursive: true });
    cpSync(join(root, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(root, 'node_modules', 'pbf'), join(place, name, 'node_modules', 'pbf'), 'junction');
  }
  rmSync(join(place, 'broken/node_modules/convkit/dist/bundle/typescript/convkit-worker.js'));
});

afterAll(() => rmSync(place, { recursive: true }));

function run(folder: string, ...words: string[]) {
  const { stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: join(place, folder),
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', CONVKIT_BACKEND: '', CONVKIT_REQUIRE_NATIVE: '' },
  });
  return {
    results: stdout
      .trim()
      .split('\n')
      .map((line) => line && JSON.parse(line)),
    stderr,
  };
}

const evaluate = ['--input-type=module', '-e', PROGRAM];

describe('asynchronous runs', () => {
  it('need no warning where there are workers', () => {
    expect(run('whole', ...evaluate)).toEqual({ results: DONE, stderr: '' });
  });

  it('happen on the calling thread where the worker is not there, with one warning', () => {
    const { results, stderr } = run('broken', ...evaluate);
    expect(results).toEqual(DONE);
    expect(stderr.match(/CONVKIT_NO_WORKERS/g)).toHaveLength(1);
    expect(stderr).toMatch(/worker threads cannot be started: .*convkit-worker.*docs\/deploying\.md/);
  });

  it('happen on the calling thread where threads are forbidden', () => {
    const { results, stderr } = run('whole', permission, '--allow-fs-read=*', ...evaluate);
    expect(results).toEqual(DONE);
    expect(stderr).toMatch(/CONVKIT_NO_WORKERS.*--allow-worker/);
  });

  it('happen in a program that a bundler put everything into', async () => {
    const bundle = await rolldown({
      input: 'virtual:program',
      platform: 'node',
      cwd: join(place, 'whole'),
      plugins: [
        {
          name: 'program',
          resolveId: (id) => (id === 'virtual:program' ? id : null),
          load: (id) => (id === 'virtual:program' ? PROGRAM : null),
        },
      ],
      logLevel: 'silent',
      external: [/\.node$/, /^@convkit\//, 'sharp'],
    });
    await bundle.write({ dir: join(place, 'app'), format: 'esm', entryFileNames: 'app.js' });
    const { results, stderr } = run('app', '--input-type=module', '-e', "await import('./app.js')");
    expect(results).toEqual(DONE);
    expect(stderr).toMatch(/CONVKIT_NO_WORKERS/);
  });
});

describe('the advice of the fallback', () => {
  const ask = ['--input-type=module', '-e', "(await import('convkit')).runtime(); console.log(1)"];

  it.each([
    [['--no-addons'], 'start Node without --no-addons'],
    [[permission, '--allow-fs-read=*'], 'start Node with --allow-addons'],
    [[], 'clone convkit, run `npm ci` in the clone'],
  ])('with %j is to %s', (flags, advice) => {
    const { results, stderr } = run('whole', ...flags, ...ask);
    expect(results).toEqual([1]);
    expect(stderr).toContain(`To mend it: ${advice}`);
  });
});
