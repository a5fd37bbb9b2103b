import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemsOf, readBinary } from '../support/binaries.mjs';
import { fileTree } from '../support/file-tree.js';
import { DYNAMIC_LOOKUP, type MachoFacts, machoFile } from '../support/macho-file.js';

const ARM64 = { id: 'darwin-arm64', os: 'darwin', cpu: 'arm64' };
const X64 = { id: 'darwin-x64', os: 'darwin', cpu: 'x64' };
const X64_CODE = 0x01000007;

const LIBRARIES = ['/usr/lib/libc++.1.dylib', '/usr/lib/libSystem.B.dylib'];
const IMPORTS = { __Znwm: 1, _malloc: 2, dyld_stub_binder: 2, _napi_get_undefined: DYNAMIC_LOOKUP };
const EXPORTS = ['_napi_register_module_v1', '_node_api_module_get_api_version_v1'];
const SOUND: MachoFacts = { libraries: LIBRARIES, imports: IMPORTS, exports: EXPORTS };

function read(facts: MachoFacts) {
  const file = join(fileTree({}), 'convkit.node');
  writeFileSync(file, machoFile(facts));
  return readBinary(file);
}

const problems = (facts: MachoFacts, platform = ARM64) =>
  problemsOf(read({ ...SOUND, ...facts }), platform, Buffer.alloc(0));

/** What of the sound one is taken of which library. */
const WHENCE = [
  'libc++.1.dylib:_Znwm',
  'libSystem.B.dylib:malloc',
  'libSystem.B.dylib:dyld_stub_binder',
  'anyone:napi_get_undefined',
];
const whence = ({ imports }: ReturnType<typeof readBinary>) =>
  imports.map(({ name, library }) => `${library?.split('/').at(-1) ?? 'anyone'}:${name}`);

describe('an addon for macOS', () => {
  test('is read', () => {
    const binary = read(SOUND);
    expect(binary).toMatchObject({ format: 'macho', cpu: 'arm64', isStripped: true, libraries: LIBRARIES });
    expect(binary).toMatchObject({ macho: { type: 'dylib', oldestMacos: '11.0', signature: 'sound' } });
    expect(binary.exports).toEqual(EXPORTS.map((name) => name.slice(1)));
    expect(whence(binary)).toEqual(WHENCE);
  });

  test.each<readonly [string, MachoFacts]>([
    ['where it needs macOS alone', {}],
    ['as a bundle', { type: 8 }],
    ['with exports that older linkers list elsewhere', { exportsBy: 'loader info' }],
    ['for an older macOS', { macos: [10, 15, 7] }],
    ['with the note that it was stripped', { leftovers: { 'radr://5614542': 0x3c, __dyld_private: 0x0e } }],
    ['with what only newer systems have, if it can do without', { importFlags: 0x40 }],
    ['with libraries that may be absent', { loadCommand: 0x80000018 }],
  ])('is fit to be published %s', (_, facts) => {
    expect(problems(facts)).toEqual([]);
  });

  test('needs no signature for Intel’s processors, but a true one if any', () => {
    expect(problems({ cpu: X64_CODE, signature: 'none' }, X64)).toEqual([]);
    expect(problems({ cpu: X64_CODE, signature: 'broken' }, X64)).toEqual([expect.stringContaining('was changed')]);
  });

  test.each<readonly [string, MachoFacts, RegExp]>([
    [
      'a library that Macs lack',
      { libraries: [...LIBRARIES, '/opt/homebrew/lib/libomp.dylib'] },
      /libomp\.dylib, which/,
    ],
    [
      'a folder for libraries',
      { rpaths: ['/Users/runner/lib', '@loader_path'] },
      /in \/Users\/runner\/lib, @loader_path/,
    ],
    ['another processor', { cpu: X64_CODE }, /is for x64, not for arm64/],
    ['macOS of today', { macos: [15, 0, 0] }, /is for macOS 15\.0 and newer, not for 11\.0/],
    ['the next one', { macos: [11, 0, 1] }, /is for macOS 11\.0\.1 and newer/],
    ['no macOS named', { macos: 'unsaid' }, /does not say for which macOS/],
    ['iOS', { buildPlatform: 2 }, /does not say for which macOS/],
    ['a program', { type: 2 }, /is a program, which no process can load/],
    ['an object', { type: 1 }, /is a type 1, which/],
    ['Node-API of the program', { imports: { _napi_get_undefined: 0xff } }, /napi_get_undefined of the program that/],
    ['itself for an answer', { imports: { _malloc: 0 } }, /takes malloc of itself/],
    ['a library of no name', { imports: { _malloc: 3 } }, /takes malloc of library 3 of 2/],
    ['anyone’s function', { imports: { _uv_hrtime: DYNAMIC_LOOKUP } }, /takes uv_hrtime of nobody knows whom/],
    [
      'Node-API of version 9',
      { imports: { _node_api_symbol_for: DYNAMIC_LOOKUP } },
      /takes node_api_symbol_for of nobody/,
    ],
    ['libraries that it does not tell apart', { flags: 0 }, /takes _Znwm, malloc, dyld_stub_binder of nobody/],
    ['memory to write code to', { segment: { protection: 7 } }, /both writable and executable: __TEXT/],
    ['no signature', { signature: 'none' }, /is not signed, and Macs with arm64 refuse it/],
    ['a signature of something else', { signature: 'broken' }, /was changed after it had been signed/],
    ['symbols of its own', { leftovers: { __ZN7convkit3runEv: 0x0e } }, /has symbols .*-Wl,-x,-S/],
    ['hidden symbols', { leftovers: { __ZN7convkit3runEv: 0x1e } }, /has symbols/],
    ['notes for debuggers', { leftovers: { '/tmp/cpu.o': 0x66 } }, /has symbols/],
    ['debugging information', { segment: { name: '__DWARF', protection: 3 } }, /has symbols/],
    ['another export', { exports: [...EXPORTS, '__ZSt4cout'] }, /exports _ZSt4cout/],
    ['no export', { exports: [] }, /does not export napi_register_module_v1/],
  ])('is refused with %s', (_, facts, sentence) => {
    expect(problems(facts).join('\n')).toMatch(sentence);
    expect(problems(facts)).toHaveLength(1);
  });

  test('is no file for several processors at once', () => {
    const file = join(fileTree({}), 'convkit.node');
    writeFileSync(file, Buffer.from('cafebabe00000002', 'hex'));
    expect(() => readBinary(file)).toThrow('begins with cafebabe');
  });
});

const CODE = `
  extern int napi_create_error(void);
  extern void *malloc(unsigned long), *_Znwm(unsigned long);
  static int calls;
  __attribute__((noinline)) static int helper(int x) { return malloc(x) == 0 ? x : ++calls; }
  __attribute__((visibility("hidden"))) int inner(int x) { return _Znwm(4) == 0 ? x : helper(x); }
  int node_api_module_get_api_version_v1(void) { return 8; }
  int napi_register_module_v1(void) { return napi_create_error() + inner(3); }`;

const stub = (library: string, symbols: string) => `--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos, x86_64-macos ]
install-name: '/usr/lib/${library}.dylib'
exports:
  - targets: [ arm64-macos, x86_64-macos ]
    symbols: [ ${symbols} ]
...`;

/** A library that LLVM's linker made; it stands in for Apple's, which is on Macs alone. */
function linked(architecture: string, ...flags: readonly string[]): string {
  const folder = fileTree({
    'addon.c': CODE,
    'c.tbd': stub('libSystem.B', '_malloc, dyld_stub_binder'),
    'c++.tbd': stub('libc++.1', '__Znwm'),
    'exports.txt': EXPORTS.join('\n'),
  });
  const run = (tool: string, words: string) => execFileSync(tool, [...words.split(' '), ...flags], { cwd: folder });
  execFileSync('clang-19', ['-target', `${architecture}-apple-macos11`, '-fno-builtin', '-c', 'addon.c'], {
    cwd: folder,
  });
  run(
    'ld64.lld-19',
    `-dylib -arch ${architecture} -platform_version macos 11.0 15.0 -undefined dynamic_lookup -dead_strip ` +
      '-exported_symbols_list exports.txt -install_name @rpath/convkit.node addon.o c++.tbd c.tbd -o convkit.node',
  );
  return join(folder, 'convkit.node');
}

const hasTools = ['clang-19', 'ld64.lld-19'].every((tool) => spawnSync(tool, ['--version']).status === 0);

describe.skipIf(!hasTools)('a linked file', () => {
  test.each([
    ['arm64', ARM64],
    ['x86_64', X64],
  ] as const)('for %s is read', (architecture, platform) => {
    for (const fixups of ['-fixup_chains', '-no_fixup_chains']) {
      const file = linked(architecture, '-x', '-S', fixups);
      const binary = readBinary(file);
      expect(problemsOf(binary, platform, readFileSync(file))).toEqual([]);
      expect(binary.exports).toEqual(EXPORTS.map((name) => name.slice(1)));
      expect(whence(binary).sort()).toEqual(
        [...WHENCE].sort().map((one) => one.replace('get_undefined', 'create_error')),
      );
    }
  });

  test('is refused where its symbols were kept', () => {
    const file = linked('arm64');
    expect(problemsOf(readBinary(file), ARM64, readFileSync(file))).toEqual([expect.stringMatching(/has symbols/)]);
  });

  test('is refused where it was changed', () => {
    const file = linked('arm64', '-x', '-S');
    const bytes = readFileSync(file);
    // Within the last page of code, after all headers.
    bytes.writeUInt8(bytes.readUInt8(0x3000) ^ 1, 0x3000);
    writeFileSync(file, bytes);
    expect(problemsOf(readBinary(file), ARM64, bytes)).toEqual([expect.stringMatching(/was changed/)]);
  });
});
