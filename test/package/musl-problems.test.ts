import { describe, expect, test } from 'vitest';

const script = new URL('../../scripts/packages/binary/musl-problems.mjs', import.meta.url).href;
const { muslProblems } = await import(script);

const X64 = { id: 'linux-x64-musl', os: 'linux', cpu: 'x64', libc: 'musl' as const };
const ARM64 = { ...X64, id: 'linux-arm64-musl', cpu: 'arm64' };
const MUSL = new Set(['malloc', 'free', 'pthread_create']);

const sound = {
  libraries: ['libc.musl-x86_64.so.1'],
  imports: [{ name: 'malloc' }, { name: 'napi_create_error' }, { name: '__cxa_finalize', isWeak: true }],
  elf: { segments: [], dynamic: new Map<string, string>() },
};

const problems = (facts: object, platform = X64) => muslProblems({ ...sound, ...facts }, platform, () => MUSL);

describe('an addon for musl', () => {
  test('is fit to be published where it needs musl and Node-API alone', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ libraries: ['libc.musl-aarch64.so.1'] }, ARM64)).toEqual([]);
  });

  test.each([
    ['names the C library as nobody else does', { libraries: ['libc.so'] }, /libc\.so, which is not libc\.musl-x86_64/],
    ['needs glibc', { libraries: ['libc.so.6'] }, /libc\.so\.6/],
    ['is for another processor', { libraries: ['libc.musl-aarch64.so.1'] }, /aarch64/],
    ['needs no C library', { libraries: [] }, /does not need libc\.musl-x86_64\.so\.1/],
    [
      'needs a C++ runtime',
      { libraries: ['libstdc++.so.6', 'libc.musl-x86_64.so.1'] },
      /needs libstdc\+\+\.so\.6, which/,
    ],
    ['takes a version of a symbol', { imports: [{ name: 'malloc', version: 'GLIBC_2.2.5' }] }, /malloc@GLIBC_2\.2\.5/],
    ['takes what glibc alone has', { imports: [{ name: '_dl_find_object' }] }, /_dl_find_object, which musl does not/],
    ['takes a newer Node-API', { imports: [{ name: 'node_api_symbol_for' }] }, /node_api_symbol_for/],
    [
      'has thread-locals of the initial model',
      { elf: { segments: [], dynamic: new Map([['FLAGS', 'STATIC_TLS']]) } },
      /thread-locals/,
    ],
  ])('is not where it %s', (_, facts, sentence) => {
    expect(problems(facts).join('\n')).toMatch(sentence);
  });
});
