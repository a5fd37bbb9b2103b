import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HERE, Installed, pretend, type RunOptions, version } from './installed.js';

const everywhere = Object.fromEntries(
  ['linux-x64', 'linux-x64-musl', 'linux-arm64', 'linux-arm64-musl', 'darwin-arm64', 'win32-x64'].map((id) => [
    `@convkit/${id}`,
    version,
  ]),
);
const app = new Installed(everywhere);

beforeEach(() => void app.clean());
afterAll(() => app.remove());

/** What a user reads: the same in the warning, in `runtime()` and, where the addon is required, in the error. */
function expectFallback(options: RunOptions, reason: string, mend: string) {
  const { backend, reason: told, stderr } = app.run(options);
  expect({ backend, reason: told }).toEqual({ backend: 'typescript', reason });
  expect(stderr.match(/CONVKIT_FALLBACK/g)).toHaveLength(1);
  expect(stderr).toContain(`the native one cannot be loaded: ${reason}. To mend it: ${mend}\n`);
  const { error, stderr: rest } = app.run({ ...options, env: { ...options.env, CONVKIT_REQUIRE_NATIVE: '1' } });
  const message = `CONVKIT_REQUIRE_NATIVE=1: the native backend cannot be loaded: ${reason}. To mend it: ${mend}`;
  expect(error).toEqual({ name: 'UnsupportedError', message });
  expect(rest).toBe('');
}

const omitted = `${HERE} is not installed, an optional dependency, which options such as --omit=optional leave out`;

describe('a package that is not installed', () => {
  it('is told once, and not by each worker thread again', () => {
    const program = app.addFile(
      'threads.mjs',
      `import { isMainThread, Worker } from 'node:worker_threads';
      import { runtime } from 'convkit';
      console.log(runtime().backend);
      if (isMainThread) for (let i = 0; i < 3; i++) new Worker(new URL(import.meta.url));`,
    );
    const { lines, stderr } = app.start([program]);
    expect(lines).toEqual(Array(4).fill('typescript'));
    expect(stderr.match(/CONVKIT_FALLBACK/g)).toHaveLength(1);
  });

  it.each([
    ['package-lock.json', '{}', 'npm install --include=optional'],
    ['pnpm-lock.yaml', '', 'pnpm install --config.optional=true'],
    ['yarn.lock', '', 'yarn install --force'],
    ['bun.lock', '', 'bun install --force'],
  ])('is brought by the manager of %s', (name, text, mend) => {
    app.addFile(name, text);
    expectFallback({}, omitted, mend);
  });

  it('is brought by npm where there is no lock', () => {
    expectFallback({}, omitted, 'npm install --include=optional');
  });

  it('may be missing in a lock that npm made elsewhere', () => {
    const packages = { '': {}, 'node_modules/convkit': {}, 'node_modules/@convkit/win32-x64': {} };
    const lock = app.addFile('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }));
    const reason =
      `${HERE} is not installed, since ${lock} does not name it: npm leaves out what other systems need where it ` +
      'makes a lock from the node_modules of one';
    expectFallback({}, reason, `delete node_modules and ${lock}, then \`npm install\``);
  });

  it('was left out where the lock does name it', () => {
    const packages = { '': {}, 'node_modules/convkit': {}, [`node_modules/${HERE}`]: {} };
    app.addFile('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }));
    expectFallback({}, omitted, 'npm install --include=optional');
  });
});

describe('node_modules of another system', () => {
  const onMusl = () => pretend({ platform: 'linux', arch: 'x64', execPath: loader('/lib/ld-musl-x86_64.so.1') });
  const onGlibc = () => pretend({ platform: 'linux', arch: 'arm64', execPath: loader('/lib/ld-linux-aarch64.so.1') });
  const loader = (name: string) => app.addFile('node', `\x7fELF\0\0${name}\0`);
  const needs = (there: string, isFor: string, here: string, needed: string) =>
    `${there} is installed, for ${isFor}, and this is ${here}, which needs ${needed}: node_modules was made for another system`;

  it('is told by its C library', () => {
    app.addPackage('@convkit/linux-x64');
    expectFallback(
      onMusl(),
      needs('@convkit/linux-x64', 'Linux on x64 with glibc', 'Linux on x64 with musl', '@convkit/linux-x64-musl'),
      'npm install --os=linux --cpu=x64 --libc=musl',
    );
  });

  it('is told by its processor', () => {
    app.addPackage('@convkit/linux-x64');
    expectFallback(
      onGlibc(),
      needs('@convkit/linux-x64', 'Linux on x64 with glibc', 'Linux on arm64 with glibc', '@convkit/linux-arm64'),
      'npm install --os=linux --cpu=arm64 --libc=glibc',
    );
  });

  it('is told by its operating system', () => {
    app.addPackage('@convkit/win32-x64');
    app.addFile('pnpm-lock.yaml', '');
    expectFallback(
      pretend({ platform: 'darwin', arch: 'arm64' }),
      needs('@convkit/win32-x64', 'Windows on x64', 'macOS on arm64', '@convkit/darwin-arm64'),
      `pnpm add --save-optional @convkit/darwin-arm64@${version}`,
    );
  });
});

it('is not looked for by a package that npm packed from a clone', () => {
  const packed = new Installed({});
  try {
    const { reason, stderr } = packed.run();
    expect(reason).toBe(`convkit was packed from its sources, which brings no addon, and ${HERE} is not installed`);
    expect(stderr).toContain('To mend it: clone convkit, run `npm ci` in the clone, then');
  } finally {
    packed.remove();
  }
});

describe('a platform without a package', () => {
  it.each([
    ['freebsd', 'x64', 'freebsd on x64'],
    ['win32', 'arm64', 'Windows on arm64'],
    ['aix', 'ppc64', 'aix on ppc64'],
  ])('%s %s can compile a clone', (platform, arch, name) => {
    expectFallback(
      pretend({ platform, arch }),
      `there is no prebuilt addon for ${name}`,
      'clone convkit, run `npm ci` in the clone, then `npm install PATH_OF_THE_CLONE` here (with CMake and a C++ compiler)',
    );
  });

  it.runIf(process.platform === 'linux').each(['riscv64', 's390x', 'ia32'])('Linux on %s', (arch) => {
    const { backend, reason } = app.run(pretend({ arch }));
    expect(backend).toBe('typescript');
    expect(reason).toMatch(new RegExp(`^there is no prebuilt addon for Linux on ${arch} with (glibc|musl)$`));
  });
});

describe.runIf(process.platform === 'linux')('where nothing tells the C library', () => {
  it('both packages are looked for', () => {
    const { reason } = app.run(pretend({ arch: 'x64', execPath: '/nowhere' }));
    // Node's report still tells it.
    expect(reason).toMatch(/^@convkit\/linux-x64(-musl)? is not installed/);
    const { before } = pretend({ arch: 'x64', execPath: '/nowhere' });
    const blind = app.run({ before: `${before}; process.report.getReport = () => { throw new Error('no report'); }` });
    expect(blind.reason).toMatch(/^@convkit\/linux-x64 or @convkit\/linux-x64-musl is not installed/);
  });
});
