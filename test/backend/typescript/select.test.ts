import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const hasAddon = existsSync(join(root, 'build/Release/convkit.node'));

/** Two copies of the built package without an addon: one as a clone, one as npm would install it. */
let bare: string;
let clone: string;
let installed: string;

beforeAll(() => {
  bare = mkdtempSync(join(tmpdir(), 'convkit-select-'));
  clone = join(bare, 'clone');
  installed = join(bare, 'app', 'node_modules', 'convkit');
  for (const place of [clone, installed]) {
    mkdirSync(place, { recursive: true });
    for (const part of ['dist', 'package.json']) cpSync(join(root, part), join(place, part), { recursive: true });
  }
});

afterAll(() => rmSync(bare, { recursive: true, force: true }));

/** Runs code that may use `runtime`, `setBackend`, `setThreads` and `activeBackend`, in a process of its own. */
function run(place: string, body: string, env: Record<string, string> = {}) {
  const code = `
    const { runtime, setBackend, setThreads } = await import(${JSON.stringify(join(place, 'dist/runtime.js'))});
    const { activeBackend } = await import(${JSON.stringify(join(place, 'dist/backend/select.js'))});
    const load = (name) => import(${JSON.stringify(join(place, 'dist/bundle'))} + '/' + name);
    const attempt = (action) => { try { return action(); } catch ({ name, message }) { return { name, message }; } };
    console.log(JSON.stringify(await (async () => { ${body} })()));
  `;
  const clean = { CONVKIT_BACKEND: '', CONVKIT_THREADS: '', CONVKIT_ISA: '', CONVKIT_REQUIRE_NATIVE: '' };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...clean, ...env },
  });
  return { value: stdout === '' ? undefined : JSON.parse(stdout), stderr };
}

describe('without an addon', () => {
  it('falls back with one warning that says why and how to mend it', () => {
    const { value, stderr } = run(clone, `runtime(); setBackend('auto'); return runtime();`);
    expect(value).toMatchObject({ backend: 'typescript', isa: 'none' });
    expect(value.reason).toMatch(/not built/);
    expect(stderr.match(/CONVKIT_FALLBACK/g)).toHaveLength(1);
    expect(stderr).toContain(value.reason);
    expect(stderr).toContain('npm run build:native');
  });

  it('names what works for an installed package', () => {
    const { stderr } = run(installed, 'return runtime();');
    expect(stderr).toContain('clone convkit, run `npm ci` in the clone, then `npm install PATH_OF_THE_CLONE`');
  });

  it.each([{ CONVKIT_REQUIRE_NATIVE: '1' }, { CONVKIT_BACKEND: 'native' }])('throws with %o', (env) => {
    const { value, stderr } = run(clone, 'return attempt(runtime);', env);
    expect(value.name).toBe('UnsupportedError');
    expect(value.message).toMatch(/native backend cannot be loaded: .*not built.*npm run build:native/);
    expect(stderr).toBe('');
  });

  it('throws for setBackend(native), and keeps the backend in use', () => {
    const body = `setBackend('typescript'); return [attempt(() => setBackend('native')), runtime()];`;
    const { value, stderr } = run(clone, body);
    expect(value[0].name).toBe('UnsupportedError');
    expect(value[0].message).toContain("setBackend('native')");
    expect(value[1].backend).toBe('typescript');
    expect(stderr).toBe('');
  });

  it('does not warn where TypeScript was asked for', () => {
    const { value, stderr } = run(clone, 'return runtime();', { CONVKIT_BACKEND: 'typescript' });
    expect(value).toMatchObject({ backend: 'typescript', reason: 'chosen by CONVKIT_BACKEND=typescript' });
    expect(stderr).toBe('');
  });
});

describe.runIf(hasAddon)('with an addon', () => {
  it('takes the native backend, without a reason or a warning', () => {
    const { value, stderr } = run(root, 'return runtime();');
    expect(value.backend).toBe('native');
    expect(value.reason).toBeUndefined();
    expect(stderr).toBe('');
  });

  it('goes back and forth between the same two backends', () => {
    const body = `
      const seen = ['native', 'typescript', 'auto', 'typescript'].map((name) => { setBackend(name); return activeBackend(); });
      return [seen.map(({ name }) => name), seen[0] === seen[2], seen[1] === seen[3]];
    `;
    const { value } = run(root, body, { CONVKIT_REQUIRE_NATIVE: '1' });
    expect(value).toEqual([['native', 'typescript', 'native', 'typescript'], true, true]);
  });

  it('sets the threads of both backends', () => {
    const body = `setThreads(3); return ['native', 'typescript'].map((name) => { setBackend(name); return runtime().threads; });`;
    expect(run(root, body).value).toEqual([3, 3]);
    expect(run(root, 'return runtime().threads;', { CONVKIT_THREADS: '2' }).value).toBe(2);
  });
});

/** Each of them is the first that needs a backend. */
const FIRST_USES = `
  const { conv2d, Conv2d, maxPool2d, Tensor } = await load('index.js');
  const { gaussianBlur, Image } = await load('image.js');
  const x = Tensor.zeros([1, 1, 12, 12]);
  return [
    attempt(() => conv2d(x, Tensor.zeros([1, 1, 3, 3]))),
    attempt(() => maxPool2d(x, 2, { returnIndices: true })),
    attempt(() => new Conv2d(1, 1, 3).forward(x)),
    attempt(() => gaussianBlur(new Image(new Uint8Array(48), 4, 4, 3), { sigma: 1 })),
  ];
`;

describe('switches', () => {
  it.each([
    [{ CONVKIT_BACKEND: 'wasm' }, "CONVKIT_BACKEND: expected one of auto, native, typescript, but got 'wasm'"],
    [{ CONVKIT_ISA: 'sse9' }, "CONVKIT_ISA: expected one of amx, avx512, avx2, neon, baseline, but got 'sse9'"],
    [{ CONVKIT_THREADS: '0' }, 'CONVKIT_THREADS: expected an integer from 1 to 1024, but got 0'],
    [{ CONVKIT_THREADS: 'many' }, "CONVKIT_THREADS: expected an integer from 1 to 1024, but got 'many'"],
    [{ CONVKIT_REQUIRE_NATIVE: 'yes' }, "CONVKIT_REQUIRE_NATIVE: expected one of 0, 1, but got 'yes'"],
    [
      { CONVKIT_REQUIRE_NATIVE: '1', CONVKIT_BACKEND: 'typescript' },
      'CONVKIT_REQUIRE_NATIVE=1 contradicts CONVKIT_BACKEND=typescript: unset one of them',
    ],
  ])('refuses %o', (env, message) => {
    const { value } = run(clone, 'return attempt(runtime);', env as Record<string, string>);
    expect(value).toEqual({ name: 'ArgumentError', message });
  });

  it.each([
    [
      { CONVKIT_REQUIRE_NATIVE: '1' },
      'UnsupportedError',
      /^CONVKIT_REQUIRE_NATIVE=1: the native backend cannot be loaded/,
    ],
    [{ CONVKIT_BACKEND: 'wasm' }, 'ArgumentError', /^CONVKIT_BACKEND: expected one of/],
    [{ CONVKIT_ISA: 'sse9' }, 'ArgumentError', /^CONVKIT_ISA: expected one of/],
    [{ CONVKIT_THREADS: 'many' }, 'ArgumentError', /^CONVKIT_THREADS: expected an integer/],
  ])('are what operators, layers and images complain of with %o', (env, name, message) => {
    const { value } = run(clone, FIRST_USES, env as Record<string, string>);
    expect(value).toHaveLength(4);
    for (const error of value) expect(error).toEqual({ name, message: expect.stringMatching(message) });
  });

  it('reads the number of threads', () => {
    const env = { CONVKIT_THREADS: '3', CONVKIT_BACKEND: 'typescript' };
    expect(run(clone, 'return runtime().threads;', env).value).toBe(3);
    expect(run(clone, 'setThreads(5); return runtime().threads;', env).value).toBe(5);
  });

  it.each(['0', '1.5', 'NaN', '"4"', '-1', '1025', 'undefined'])('refuses setThreads(%s)', (threads) => {
    const { value } = run(clone, `return attempt(() => setThreads(${threads}));`);
    expect(value.name).toBe('ArgumentError');
    expect(value.message).toMatch(/setThreads: expected an integer from 1 to 1024, but got/);
  });

  it.each(['"wasm"', 'undefined', '1', '{}'])('refuses setBackend(%s)', (name) => {
    const { value } = run(clone, `return attempt(() => setBackend(${name}));`);
    expect(value.name).toBe('ArgumentError');
    expect(value.message).toMatch(/setBackend: expected one of auto, native, typescript/);
  });
});
