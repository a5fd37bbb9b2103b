import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const script = (name: string) => import(new URL(`../../scripts/packages/${name}`, import.meta.url).href);

const { commonProblems, buildPathProblems, problemsOf } = await script('binary/problems.mjs');
const { glibcProblems } = await script('binary/glibc-problems.mjs');
const { elfProblems } = await script('binary/elf-problems.mjs');
const { readBinary } = await script('binary/read.mjs');
const { compareVersions, newestVersion } = await script('binary/versions.mjs');
const { byOldLibrary, olderSymbols } = await script('older-symbols.mjs');

const X64 = { id: 'linux-x64', os: 'linux', cpu: 'x64', libc: 'glibc' };
const ARM64 = { id: 'linux-arm64', os: 'linux', cpu: 'arm64', libc: 'glibc' };

/** One that may be published. Each test spoils one thing. */
const GOOD = {
  format: 'elf',
  cpu: 'x64',
  bytes: 3_000_000,
  libraries: ['libm.so.6', 'libc.so.6', 'libpthread.so.0', 'ld-linux-x86-64.so.2'],
  imports: [
    { name: 'napi_create_reference', isWeak: false },
    { name: 'expf', version: 'GLIBC_2.27', isWeak: false },
    { name: 'malloc', version: 'GLIBC_2.2.5', isWeak: false },
    { name: '__gmon_start__', isWeak: true },
  ],
  exports: ['napi_register_module_v1', 'node_api_module_get_api_version_v1'],
  isStripped: true,
  elf: {
    segments: [
      { type: 'LOAD', flags: 'R E', align: 0x1000 },
      { type: 'LOAD', flags: 'RW ', align: 0x1000 },
      { type: 'GNU_STACK', flags: 'RW ', align: 0x10 },
      { type: 'GNU_RELRO', flags: 'R  ', align: 1 },
      { type: 'GNU_EH_FRAME', flags: 'R  ', align: 4 },
    ],
    dynamic: new Map([['FLAGS_1', 'Flags: NOW NODELETE']]),
  },
};
const CONTENT = Buffer.from('\x7fELF nothing of interest native/core/cpu.h: /proc/self/cgroup');

const withImport = (name: string, version?: string) => ({
  ...GOOD,
  imports: [...GOOD.imports, { name, version, isWeak: false }],
});

const withElf = (change: object) => ({ ...GOOD, elf: { ...GOOD.elf, ...change } });

it('finds nothing wrong with a good one', () => {
  expect(problemsOf(GOOD, X64, CONTENT)).toEqual([]);
});

describe('glibc', () => {
  it.each([
    ['a function of a newer glibc', withImport('pthread_create', 'GLIBC_2.34'), 'pthread_create@GLIBC_2.34'],
    ['one of the next version', withImport('exp', 'GLIBC_2.29'), 'exp@GLIBC_2.29'],
    ['one that nobody promises', withImport('_rtld_global', 'GLIBC_PRIVATE'), '_rtld_global@GLIBC_PRIVATE'],
    ['one that only the linker of this machine left out', withImport('dlopen'), 'dlopen of nobody knows whom'],
    ['Node-API of version 9', withImport('node_api_symbol_for'), 'node_api_symbol_for'],
    ["libstdc++'s locales", withImport('__newlocale', 'GLIBC_2.2.5'), '__newlocale'],
    ['a shared libstdc++', { ...GOOD, libraries: [...GOOD.libraries, 'libstdc++.so.6'] }, 'libstdc++.so.6'],
  ])('refuses %s', (_, binary, phrase) => {
    expect(glibcProblems(binary, X64)).toEqual([expect.stringContaining(phrase)]);
  });
});

describe('ELF', () => {
  const [code, data, stack, relro, tables] = GOOD.elf.segments;
  it.each([
    [
      'an executable stack',
      withElf({ segments: [code, data, relro, tables, { type: 'GNU_STACK', flags: 'RWE', align: 16 }] }),
    ],
    ['a stack of which nothing is said', withElf({ segments: [code, data, relro, tables] })],
    ['no table for exceptions', withElf({ segments: [code, data, stack, relro] })],
    ['addresses that are bound late', withElf({ dynamic: new Map([['FLAGS_1', 'Flags: NODELETE']]) })],
    ['a file that can be unloaded', withElf({ dynamic: new Map([['FLAGS_1', 'Flags: NOW']]) })],
    ['an RPATH', withElf({ dynamic: new Map([...GOOD.elf.dynamic, ['RUNPATH', '[/opt/lib]']]) })],
    ['writable code', withElf({ segments: [...GOOD.elf.segments, { type: 'LOAD', flags: 'RWE', align: 0x1000 }] })],
    ['a shared libgcc', withImport('_Unwind_Resume', 'GCC_3.0')],
  ])('refuses %s', (_, binary) => {
    expect(elfProblems(binary, X64)).toHaveLength(1);
  });

  it('wants segments for pages of 64 KB on 64-bit ARM', () => {
    expect(elfProblems(GOOD, ARM64)).toEqual([expect.stringContaining('pages of 4096 bytes')]);
  });
});

describe('every platform', () => {
  it.each([
    ['another processor', { ...GOOD, cpu: 'arm64' }, 'is for arm64, not for x64'],
    ['more than a package may have', { ...GOOD, bytes: 4_000_001 }, 'too large'],
    ['symbols for debuggers', { ...GOOD, isStripped: false }, '-s'],
    ['a symbol too many', { ...GOOD, exports: [...GOOD.exports, '_ZSt4cout'] }, 'exports _ZSt4cout'],
    ['a symbol too few', { ...GOOD, exports: GOOD.exports.slice(1) }, 'does not export napi_register_module_v1'],
  ])('refuses %s', (_, binary, phrase) => {
    expect(commonProblems(binary, X64)).toEqual([expect.stringContaining(phrase)]);
  });

  it.each(['/home/someone/convkit', '/usr/src/convkit/native/core/cpu.cc', 'C:\\agent\\work\\convkit\\cpu.cc'])(
    'refuses the path %s inside',
    (path) => {
      const content = Buffer.concat([CONTENT, Buffer.from(`\0${path}\0`)]);
      expect(buildPathProblems(content, ['/home/someone'])).toEqual([expect.stringContaining(path.slice(0, 12))]);
    },
  );

  it('has rules, or says that there are none', () => {
    const plan9 = { id: 'plan9-x64', os: 'plan9', cpu: 'x64' };
    expect(problemsOf(GOOD, plan9, CONTENT)).toEqual([expect.stringContaining('no rules for plan9-x64')]);
  });
});

describe('versions', () => {
  it('are numbers, not letters', () => {
    expect(compareVersions('GLIBC_2.4', 'GLIBC_2.28')).toBeLessThan(0);
    expect(compareVersions('GLIBC_2.2.5', 'GLIBC_2.2')).toBeGreaterThan(0);
    expect(compareVersions('GLIBC_2.28', 'GLIBC_2.28')).toBe(0);
    expect(newestVersion(['GLIBC_2.3.4', undefined, 'GLIBC_2.17', 'GLIBC_2.4'])).toBe('GLIBC_2.17');
    expect(newestVersion([undefined])).toBeUndefined();
  });
});

describe('what the oldest glibc has', () => {
  const symbol = (name: string, version: string, isDefault = true) => ({
    ...{ name, version, isDefault, isDefined: true, isGlobal: true, isWeak: false, type: 'FUNC' },
  });
  const named = (symbols: { name: string; version: string }[]) => symbols.map((one) => `${one.name}@${one.version}`);

  it('is the newest version that is old enough', () => {
    const symbols = [
      symbol('exp', 'GLIBC_2.29'),
      symbol('exp', 'GLIBC_2.2.5', false),
      symbol('memcpy', 'GLIBC_2.14'),
      symbol('memcpy', 'GLIBC_2.2.5', false),
      symbol('arc4random', 'GLIBC_2.36'),
      symbol('_dl_argv', 'GLIBC_PRIVATE'),
      // Kept for old programs alone: nothing can be linked with it any more.
      symbol('sys_nerr', 'GLIBC_2.12', false),
    ];
    expect(named(olderSymbols(symbols))).toEqual(['exp@GLIBC_2.2.5', 'memcpy@GLIBC_2.14']);
  });

  it('has threads in a library of their own', () => {
    const { libc, libpthread } = byOldLibrary([
      symbol('pthread_create', 'GLIBC_2.34'),
      symbol('pthread_create', 'GLIBC_2.2.5', false),
      symbol('pthread_mutex_lock', 'GLIBC_2.2.5'),
      symbol('dlopen', 'GLIBC_2.34'),
      symbol('dlopen', 'GLIBC_2.2.5', false),
      symbol('malloc', 'GLIBC_2.2.5'),
    ]);
    expect(named(libc)).toEqual(['pthread_mutex_lock@GLIBC_2.2.5', 'malloc@GLIBC_2.2.5']);
    expect(named(libpthread)).toEqual(['pthread_create@GLIBC_2.2.5']);
  });
});

const hasReadelf = spawnSync('readelf', ['--version']).status === 0;

describe.skipIf(process.platform !== 'linux' || !hasReadelf)('a file', () => {
  it('is read: Node.js itself, and it is no addon', () => {
    const node = readBinary(process.execPath);
    expect(node).toMatchObject({ format: 'elf', cpu: process.arch });
    expect(node.libraries.some((name: string) => /libc\.(?:so\.6|musl)/.test(name))).toBe(true);
    expect(node.exports).toContain('napi_create_reference');
    expect(node.imports.map((one: { name: string }) => one.name)).toContain('malloc');
    expect(commonProblems(node, X64)).toContainEqual(
      expect.stringContaining('does not export napi_register_module_v1'),
    );
    expect(commonProblems(node, X64)).toContainEqual(expect.stringContaining('too large'));
  });

  it('of no known format is refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'convkit-binary-'));
    const file = join(folder, 'convkit.node');
    writeFileSync(file, '#!/bin/sh\n');
    expect(() => readBinary(file)).toThrow('begins with 23212f62');
    rmSync(folder, { recursive: true });
  });
});
