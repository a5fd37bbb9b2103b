import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { brokenAddon } from '../../../src/backend/broken-addon.js';
import { schemaHash } from '../../../src/backend/schema.js';
import {
  builtAddon,
  elfFile,
  HERE,
  Installed,
  type Outcome,
  type RunOptions,
  version,
  windowsFile,
} from './installed.js';

const app = new Installed();

beforeEach(() => void app.clean());
afterAll(() => app.remove());

/** What a user reads: the same in the warning, in `runtime()` and, where the addon is required, in the error. */
function expectFallback(options: RunOptions, reason: string | RegExp, mend: string): Outcome {
  const fallback = app.run(options);
  const { backend, reason: told = '', stderr } = fallback;
  expect(backend).toBe('typescript');
  expect(told).toMatch(reason);
  expect(told).not.toContain('\n');
  expect(stderr.match(/CONVKIT_FALLBACK/g)).toHaveLength(1);
  expect(stderr).toContain(`. To mend it: ${mend}`);
  const { error, stderr: rest } = app.run({ ...options, env: { CONVKIT_REQUIRE_NATIVE: '1' } });
  expect(error?.name).toBe('UnsupportedError');
  expect(error?.message).toMatch(reason instanceof RegExp ? new RegExp(reason.source.replace('^', '')) : reason);
  expect(error?.message).toContain(`. To mend it: ${mend}`);
  expect(error?.message).not.toContain('\n');
  expect(rest).toBe('');
  return fallback;
}

const afresh = (file: string) => `delete ${dirname(file)}, then \`npm install\``;

describe('a file that is no addon', () => {
  it.each([
    ['an empty file', '', 'is an empty file'],
    ['HTML', '<!DOCTYPE html><title>407</title>', 'is no addon but text, which begins with "<!DOCTYPE html><title>40"'],
    [
      'a pointer',
      'version https://git-lfs.github.com/spec/v1',
      'is no addon but text, which begins with "version https://git-lfs."',
    ],
    ['zeros', new Uint8Array(100), 'is no addon: nothing in its 100 bytes says what it is for'],
  ])('says what it is: %s', (_, bytes, says) => {
    const file = app.addPackage(HERE, bytes);
    const { stderr } = expectFallback({}, `${HERE} ${says}`, afresh(file));
    expect(stderr).toMatch(/The loader's words: .*convkit\.node/);
  });

  it('says so where it is not there at all', () => {
    const file = app.addPackage(HERE);
    expectFallback({}, `${HERE} is there without its file convkit.node`, afresh(file));
    expect(existsSync(file)).toBe(false);
  });
});

describe.runIf(process.platform !== 'win32')('what is no regular file', () => {
  // Whoever opens a pipe without a writer waits for ever.
  it('is not opened', () => {
    const file = app.addPackage(HERE);
    spawnSync('mkfifo', [file]);
    expectFallback({}, `${HERE} is no addon but a pipe`, afresh(file));
  });

  it('is not what a folder is deleted for that a link leads to', () => {
    symlinkSync('/dev/zero', app.addPackage(HERE));
    expectFallback({}, `${HERE} is no addon but a device`, `delete node_modules/${HERE}, then`);
  });

  it('may be a folder', () => {
    const file = app.addPackage(HERE);
    mkdirSync(file);
    expectFallback({}, `${HERE} is no addon but a folder`, afresh(file));
  });
});

it.each(['null', 'undefined', '"two\\nlines"', 'new Error("")'])('survives a host whose dlopen throws %s', (thrown) => {
  const file = app.addPackage(HERE, elfFile());
  const before = `process.dlopen = () => { throw ${thrown}; }`;
  expectFallback({ before }, HERE, afresh(file));
});

it('reads of a file larger than any addon but its start', () => {
  const file = app.addPackage(HERE, '');
  truncateSync(file, 2 ** 32);
  expectFallback({}, `${HERE} is no addon: nothing in its ${2 ** 32} bytes says what it is for`, afresh(file));
});

it('beside the program is mended by building that again, and nothing is deleted', () => {
  const file = join(app.folder, 'convkit.node');
  const { mend } = brokenAddon({ name: 'convkit.node beside the program', file, from: 'program' });
  expect(mend).toBe(`build the program again, with a copy of @convkit's file at ${file}`);
});

describe.runIf(process.platform === 'linux')('a file for another platform', () => {
  const here = process.arch === 'x64' ? 62 : 183;
  const libc = HERE.endsWith('-musl') ? 'musl' : 'glibc';
  const os = `Linux on ${process.arch} with`;

  it.each([
    ['processor', elfFile({ machine: 243 }), 'Linux on riscv64 with glibc'],
    ['system', windowsFile(), 'Windows on x64'],
    ['size of an address', Buffer.from(`\x7fELF\x01\x01${'\0'.repeat(12)}(${'\0'.repeat(40)}`), 'Linux on arm'],
    ['order of bytes', Buffer.from(`\x7fELF\x02\x02${'\0'.repeat(13)}\x16${'\0'.repeat(40)}`), 'Linux on machine 22'],
    [
      'C library',
      elfFile({ machine: here, needs: libc === 'glibc' ? `libc.musl-x86_64.so.1` : 'libc.so.6' }),
      `${os} ${libc === 'glibc' ? 'musl' : 'glibc'}`,
    ],
  ])('says so: another %s', (_, bytes, isFor) => {
    const file = app.addPackage(HERE, bytes);
    expectFallback({}, `${HERE} is for ${isFor}, and this is ${os} ${libc}`, afresh(file));
  });
});

describe('a package of another version', () => {
  it('is refused before it is loaded', () => {
    app.addPackage(HERE, 'not even an addon', { version: '9.8.7' });
    const mend = `npm install --save-optional ${HERE}@${version}`;
    expectFallback({}, `${HERE} is of version 9.8.7, and convkit of version ${version}`, mend);
  });

  it('says so of one without a version', () => {
    app.addPackage(HERE, '', { version: undefined });
    expectFallback({}, `${HERE} is of version unknown, and convkit of version ${version}`, 'npm install');
  });

  it('may have the right number, and other steps', () => {
    app.addPackage(HERE, undefined, { main: 'index.js' });
    app.addFile(`node_modules/${HERE}/index.js`, "module.exports = { schema: '0123456789abcdef', run() {} };");
    const reason = `${HERE} is of another version of convkit: its steps have 0123456789abcdef, those of these files ${schemaHash()}`;
    expectFallback({}, reason, `delete ${join(app.folder, 'node_modules', HERE)}, then`);
  });

  it('says so of one whose package.json is no JSON', () => {
    app.addPackage(HERE, 'no addon');
    app.addFile(`node_modules/${HERE}/package.json`, '{ "name": ');
    expectFallback({}, `${HERE}'s package.json is broken`, 'delete ');
  });

  it.each([['of two\nlines'], [7], [{}], ['']])('says so of what is no version: %j', (odd) => {
    app.addPackage(HERE, 'no addon', { version: odd });
    const reason = `${HERE} is of version ${odd === 7 ? 7 : 'unknown'}, and convkit of version ${version}`;
    expectFallback({}, reason, `npm install --save-optional ${HERE}@${version}`);
  });

  it.each(['null', '[]', '"text"', '7', ''])('says so of a package.json that is %j', (text) => {
    app.addPackage(HERE, 'no addon');
    app.addFile(`node_modules/${HERE}/package.json`, text);
    expectFallback({}, /^@convkit\/\S+ is of version unknown|'s package.json is broken/, '');
  });
});

describe.runIf(builtAddon !== undefined)('an addon of this machine', () => {
  const bytes = builtAddon === undefined ? Buffer.alloc(0) : readFileSync(builtAddon);

  it('loads from its package', () => {
    app.addPackage(HERE, bytes);
    expect(app.run()).toMatchObject({ backend: 'native', stderr: '' });
  });

  // Some of them would end the process by a bus error, were they loaded.
  it.each([20, 64, 150, 400, 5_000, 1_000_000, bytes.length - 1])(
    'says that it is cut short after %i bytes',
    (length) => {
      const file = app.addPackage(HERE, bytes.subarray(0, length));
      expectFallback(
        {},
        new RegExp(`^${HERE} is (cut short: it has ${length} bytes|no addon: nothing in its ${length} bytes)`),
        afresh(file),
      );
    },
  );

  it('loads from a folder that may not be written', () => {
    const file = app.addPackage(HERE, bytes);
    for (const path of [file, dirname(file), app.folder]) chmodSync(path, 0o555);
    try {
      expect(app.run()).toMatchObject({ backend: 'native', stderr: '' });
    } finally {
      for (const path of [app.folder, dirname(file), file]) chmodSync(path, 0o755);
    }
  });

  it.runIf(HERE === '@convkit/linux-x64' || HERE === '@convkit/linux-arm64')('says which glibc it needs', () => {
    const newer = Buffer.from(bytes.toString('latin1').replaceAll(/GLIBC_2\.\d\d\0/g, 'GLIBC_9.99\0'), 'latin1');
    app.addPackage(HERE, newer);
    const { header } = process.report.getReport() as { header: { glibcVersionRuntime: string } };
    const reason = `${HERE} needs glibc 9.99 or newer, and this system has ${header.glibcVersionRuntime}`;
    expectFallback({}, reason, 'use a system with glibc 9.99 or newer, or compile the addon in a clone');
  });

  it.runIf(process.platform === 'linux')('says that a mount forbids it', ({ skip }) => {
    const folder = dirname(app.addPackage(HERE));
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'noexec,size=16m', 'convkit-test', folder]);
    skip(status !== 0, 'nothing may be mounted here');
    try {
      app.addPackage(HERE, bytes);
      const reason = `${HERE} may not be executed where it is: the noexec mount of ${folder} forbids it`;
      expectFallback({}, reason, `mount -o remount,exec ${folder}`);
      // Without /proc nothing tells of mounts.
      const blind = `process.getBuiltinModule('fs').readFileSync = new Proxy(process.getBuiltinModule('fs').readFileSync, {
        apply(read, self, words) {
          if (String(words[0]).startsWith('/proc')) throw Object.assign(new Error('no /proc'), { code: 'ENOENT' });
          return Reflect.apply(read, self, words);
        },
      }); process.getBuiltinModule('module').syncBuiltinESMExports()`;
      const guess = 'a mount option noexec, or a security policy forbids it';
      expectFallback({ before: blind }, guess, 'install it on a file system without noexec');
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  it('asks for a flag where addons are not allowed', () => {
    app.addPackage(HERE, bytes);
    const reason = `${HERE} failed to load: addons are not allowed`;
    expectFallback({ flags: ['--no-addons'] }, reason, 'start Node without --no-addons');
    const permission = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    const modules = join(app.folder, 'node_modules');
    const mend = `start Node with --allow-addons, and with --allow-fs-read=${modules} where it may not read that`;
    expectFallback({ flags: [permission, '--allow-fs-read=*', '--disable-warning=ExperimentalWarning'] }, reason, mend);
    const flags = [permission, '--allow-addons', `--allow-fs-read=${app.folder}`];
    expect(app.run({ flags })).toMatchObject({ backend: 'native' });
  });

  // A user that may not read is a matter of root's.
  it.runIf(process.getuid?.() === 0)('says that its file may not be read', () => {
    const file = app.addPackage(HERE, bytes);
    chmodSync(file, 0o000);
    chmodSync(app.folder, 0o755);
    const before = 'process.setgid(65534); process.setuid(65534)';
    expectFallback({ before }, `${HERE} cannot be read (EACCES)`, `chmod a+r ${file}`);
    rmSync(file, { force: true });
  });

  it.runIf(process.getuid?.() === 0)('says that its package.json may not be read', () => {
    const manifest = join(dirname(app.addPackage(HERE, bytes)), 'package.json');
    chmodSync(manifest, 0o000);
    chmodSync(app.folder, 0o755);
    const before = 'process.setgid(65534); process.setuid(65534)';
    expectFallback({ before }, `${HERE}'s package.json cannot be read (EACCES)`, `chmod a+r ${manifest}`);
  });
});
