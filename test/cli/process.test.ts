import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HERE, Installed, root } from '../backend/loader/installed.js';
import { commandEnvironment } from './environment.js';

const { version, bin } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const main = fileURLToPath(new URL(`../../${bin.convkit}`, import.meta.url));

function start(words: readonly string[], environment: NodeJS.ProcessEnv = {}, script = main) {
  return spawn(process.execPath, [script, ...words], { env: commandEnvironment(environment) });
}

async function run(words: readonly string[], environment?: NodeJS.ProcessEnv, script?: string) {
  const child = start(words, environment, script);
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => (await stream.toArray()).join(''));
  const [code] = await once(child, 'close');
  return { code, out: await out, err: await err };
}

describe('the command convkit', () => {
  it('has the line that makes a script of it', () => {
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('tells its version without loading operators or the addon', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const { err } = await run(['--version'], { NODE_DEBUG: 'module' });
    const loaded = [...err.matchAll(/Module\._load REQUEST (\S+)/g)].map(([, file = '']) => basename(file));
    expect(loaded).toEqual(['core.js']);
  });

  it('ends with 2 and one line on standard error where it is used wrongly', async () => {
    const { code, out, err } = await run(['bench', 'doctor', '--strickt']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^convkit bench doctor: .*did you mean '--strict'\?.*\n$/);
  });

  it('writes no colours to a pipe', async () => {
    const { out } = await run(['info']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what must not be there
    expect(out).not.toMatch(/\x1b/);
    expect(out).toMatch(/^node +\d+\./m);
  });

  it('ends quietly where nobody reads on', async () => {
    const child = start(['info', '--json']);
    child.stdout.destroy();
    const err = child.stderr.toArray();
    const [code, signal] = await once(child, 'close');
    expect({ code, signal, err: (await err).join('') }).toEqual({ code: 0, signal: null, err: '' });
  });

  it('ends as it would where nobody reads its remarks', async () => {
    const child = start(['inof']);
    child.stderr.destroy();
    expect(await once(child, 'close')).toEqual([2, null]);
  });

  it.skipIf(process.platform === 'win32').each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with %i, without a word', async (signal, expected) => {
    const child = start(['bench', 'doctor'], { NODE_DEBUG: 'module' });
    const out = child.stdout.toArray();
    // By then the listeners are there, and the command has its second before it.
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => String(chunk).includes('bench-doctor.js') && resolve());
    });
    child.kill(signal);
    const [code] = await once(child, 'exit');
    expect({ code, out: (await out).join('') }).toEqual({ code: expected, out: '' });
  });
});

describe('convkit info', () => {
  it('tells the backend and why', async () => {
    const { code, out } = await run(['info', '--json'], { CONVKIT_BACKEND: 'typescript', CONVKIT_THREADS: '3' });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      convkit: version,
      backend: 'typescript',
      isa: 'none',
      threads: 3,
      reason: 'chosen by CONVKIT_BACKEND=typescript',
      environment: { CONVKIT_BACKEND: 'typescript', CONVKIT_THREADS: '3' },
      node: process.versions.node,
      addonPackages: [expect.stringMatching(/^@convkit\//)],
    });
  });

  it('tells which package has the addon, its version and the C library', async () => {
    const app = new Installed();
    onTestFinished(() => app.remove());
    const path = app.addPackage(HERE, 'no addon', { version: '9.8.7' });
    symlinkSync(join(root, 'node_modules', 'pbf'), join(app.folder, 'node_modules', 'pbf'), 'junction');
    const { out } = await run(['info'], { CONVKIT_BACKEND: '' }, join(app.convkit, bin.convkit));
    expect(out).toMatch(/^why +@convkit\/\S+ is of version 9\.8\.7, and convkit of version \d/m);
    expect(out).toMatch(/^to mend it +npm install --save-optional @convkit\/\S+@\d/m);
    expect(out).toContain(`${path} (version 9.8.7, `);
    if (process.platform === 'linux') expect(out).toMatch(/^node .*, linux \S+, (glibc|musl)$/m);
  });

  it('says how to mend a native backend that is not there', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'convkit-'));
    onTestFinished(() => rmSync(copy, { recursive: true }));
    cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), join(copy, 'dist'), { recursive: true });
    cpSync(fileURLToPath(new URL('../../package.json', import.meta.url)), join(copy, 'package.json'));
    // What the library itself depends on.
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(copy, 'node_modules'), 'junction');
    const { code, out } = await run(['info'], { CONVKIT_BACKEND: '' }, join(copy, bin.convkit));
    expect(code).toBe(0);
    expect(out).toMatch(/^backend +typescript$/m);
    expect(out).toMatch(/^why +.* is not installed, and build\/Release\/convkit\.node is not built$/m);
    expect(out).toMatch(/^to mend it +npm run build:native$/m);
    expect(out).toMatch(/^addon +none$/m);
    expect(out).toMatch(/^its package +@convkit\/\S+$/m);
  });

  it('shows what is wrong with the environment, instead of failing by it', async () => {
    const { code, out } = await run(['info'], { CONVKIT_BACKEND: 'gpu' });
    expect(code).toBe(0);
    expect(out).toMatch(/^backend +none$/m);
    expect(out).toMatch(/^why +CONVKIT_BACKEND: expected one of auto, native, typescript, but got 'gpu'$/m);
  });
});

describe('convkit bench doctor', () => {
  it('tells what it saw and what it found', async () => {
    const { code, out } = await run(['bench', 'doctor', '--json']);
    const { machine, findings } = JSON.parse(out);
    expect(code).toBe(0);
    expect(machine.noise.samples).toBeGreaterThan(100);
    expect(findings.map(({ topic }: { topic: string }) => topic)).toContain('noise');
  });
});

describe('convkit bench --isa', () => {
  const TINY = ['bench', 'ic1ih3oc1kh1', '--threads', '1', '--milliseconds', '1', '--samples', '1'];

  it('measures each instruction set in a process that takes it', async ({ skip }) => {
    const { detectedIsa } = JSON.parse((await run(['info', '--json'])).out);
    if (detectedIsa === undefined || detectedIsa === 'baseline') skip('needs an addon with two instruction sets');
    const directory = mkdtempSync(join(tmpdir(), 'convkit-isa-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'result.json');
    const { code, err } = await run([...TINY, '--isa', `baseline,${detectedIsa}`, '--json', file]);
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('measuring baseline\n') });
    const { cases, environment, command } = JSON.parse(readFileSync(file, 'utf8'));
    expect(cases.map(({ name }: { name: string }) => name)).toEqual([
      'ic1ih3oc1kh1:baseline',
      `ic1ih3oc1kh1:${detectedIsa}`,
    ]);
    expect(environment.isa).toBe(`baseline,${detectedIsa}`);
    expect(command).toContain('--isa');
  });

  it('refuses one that is not there instead of measuring another', async () => {
    const foreign = process.arch === 'x64' ? 'neon' : 'avx2';
    const { code, out, err } = await run([...TINY, '--isa', foreign]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(new RegExp(`^convkit bench: --isa: ${foreign} cannot be measured here: `));
  });

  it('is refused where the backend has none', async () => {
    const { code, err } = await run([...TINY, '--isa', 'avx2', '--backend', 'typescript']);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('--isa is for the native backend') });
  });
});
