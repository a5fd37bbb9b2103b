import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemsOf, readBinary } from '../support/binaries.mjs';
import { fileTree } from '../support/file-tree.js';
import { type PeFacts, peFile } from '../support/pe-file.js';

const PLATFORM = { id: 'win32-x64', os: 'win32', cpu: 'x64' };

const SOUND: PeFacts = {
  exports: ['napi_register_module_v1', 'node_api_module_get_api_version_v1'],
  imports: { 'KERNEL32.dll': ['CloseHandle'], 'msvcrt.dll': ['malloc', 'free'] },
  late: { 'node.exe': ['napi_get_undefined'] },
};

function read(facts: PeFacts) {
  const file = join(fileTree({}), 'convkit.node');
  writeFileSync(file, peFile(facts));
  return readBinary(file);
}

const problems = (facts: PeFacts) => problemsOf(read({ ...SOUND, ...facts }), PLATFORM, Buffer.alloc(0));

describe('an addon for Windows', () => {
  test('is read', () => {
    const binary = read(SOUND);
    expect(binary).toMatchObject({
      format: 'pe',
      cpu: 'x64',
      isStripped: true,
      libraries: ['KERNEL32.dll', 'msvcrt.dll'],
    });
    expect(binary.exports).toEqual(SOUND.exports);
    expect(binary.imports.map(({ name, library }) => `${library}:${name}`)).toEqual([
      'KERNEL32.dll:CloseHandle',
      'msvcrt.dll:malloc',
      'msvcrt.dll:free',
      'node.exe:napi_get_undefined',
    ]);
  });

  test('is fit to be published where it needs Windows alone', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ imports: { 'api-ms-win-crt-heap-l1-1-0.dll': ['malloc'], 'kernel32.dll': ['Sleep'] } })).toEqual(
      [],
    );
  });

  test.each<readonly [string, PeFacts, RegExp]>([
    ['a host by its name', { imports: { 'node.exe': ['napi_get_undefined'] } }, /wants a host called node\.exe/],
    ['a compiler’s runtime', { imports: { 'libstdc++-6.dll': ['_Znwy'] } }, /needs libstdc\+\+-6\.dll/],
    ['two C runtimes', { imports: { 'msvcrt.dll': ['malloc'], 'api-ms-win-crt-heap-l1-1-0.dll': ['free'] } }, /two C/],
    ['another processor', { machine: 0xaa64 }, /is for arm64, not for x64/],
    ['fixed addresses', { protections: 0x100 }, /--high-entropy-va --dynamicbase/],
    ['memory to write code to', { sectionFlags: 0xe0000020 }, /both writable and executable: \.rdata/],
    ['the time', { timestamp: 1_700_000_000 }, /--no-insert-timestamp/],
    ['symbols', { symbols: 12 }, /has symbols/],
    ['another export', { exports: [...(SOUND.exports ?? []), '_ZSt4cout'] }, /exports _ZSt4cout/],
    ['no export', { exports: [] }, /does not export napi_register_module_v1/],
  ])('is refused with %s', (_what, facts, sentence) => {
    expect(problems(facts).join('\n')).toMatch(sentence);
    expect(problems(facts)).toHaveLength(1);
  });

  test('is no file that begins as one and ends', () => {
    const file = join(fileTree({}), 'convkit.node');
    writeFileSync(file, peFile(SOUND).fill(0, 0x80, 0x84));
    expect(() => readBinary(file)).toThrow(/is no PE file/);
  });
});
