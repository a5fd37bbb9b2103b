import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isTruncatedFile, readBinaryFormat } from '../../src/system/binary-format.js';
import { elfFile, machOFile, root, windowsFile } from '../backend/loader/installed.js';

describe('readBinaryFormat', () => {
  it.each([
    [62, 'libc.so.6', { cpu: 'x64', libc: 'glibc' }],
    [183, 'libc.so.6', { cpu: 'arm64', libc: 'glibc' }],
    [62, 'libc.so', { cpu: 'x64', libc: 'musl' }],
    [183, 'libc.musl-aarch64.so.1', { cpu: 'arm64', libc: 'musl' }],
    [258, 'libm.so.6', { cpu: 'machine 258' }],
  ])('tells what an ELF file for machine %i with %s is for', (machine, needs, expected) => {
    expect(readBinaryFormat(elfFile({ machine, needs }))).toEqual({ os: 'linux', isTruncated: false, ...expected });
  });

  it('tells libraries for Windows and macOS', () => {
    expect(readBinaryFormat(windowsFile())).toEqual({ os: 'win32', cpu: 'x64', isTruncated: false });
    expect(readBinaryFormat(machOFile())).toEqual({ os: 'darwin', cpu: 'arm64', isTruncated: false });
  });

  it.each([
    ['ELF', elfFile()],
    ['PE', windowsFile()],
    ['Mach-O', machOFile()],
  ])('sees where a library is cut, and never fails: %s', (_, file) => {
    for (let length = 0; length < file.length; length++) {
      const format = readBinaryFormat(file.subarray(0, length));
      expect(format === undefined || format.isTruncated).toBe(true);
    }
    // The head is enough.
    const head = file.subarray(0, 300);
    expect(readBinaryFormat(head, file.length)).toMatchObject({ isTruncated: false });
    expect(readBinaryFormat(head, file.length - 1)).toMatchObject({ isTruncated: true });
  });

  it('never fails by what stands in the headers', () => {
    for (const file of [elfFile(), windowsFile(), machOFile()]) {
      for (let at = 4; at < 250; at++) {
        const broken = Buffer.from(file);
        broken.fill(0xff, at, at + 4);
        expect(() => readBinaryFormat(broken)).not.toThrow();
      }
    }
  });

  it.runIf(process.platform === 'linux')('reads the executable of Node', () => {
    const { os, cpu, isTruncated } = readBinaryFormat(readFileSync(process.execPath)) ?? {};
    expect({ os, cpu, isTruncated }).toEqual({ os: 'linux', cpu: process.arch, isTruncated: false });
    expect(isTruncatedFile(process.execPath)).toBe(false);
  });

  it.each(['', 'MZ', '\x7fELF', 'text', '<!DOCTYPE html>'])('takes %j for no library', (text) => {
    expect(readBinaryFormat(Buffer.from(text))).toBeUndefined();
  });
});

describe('isTruncatedFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'convkit-truncated-'));
  const addon = join(root, 'build/Release/convkit.node');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is content with what it cannot read', () => {
    expect(isTruncatedFile(join(folder, 'nothing'))).toBe(false);
    expect(isTruncatedFile(folder)).toBe(false);
  });

  it.runIf(existsSync(addon))('sees whether all of the addon is there', () => {
    expect(isTruncatedFile(addon)).toBe(false);
    const bytes = readFileSync(addon);
    const copy = join(folder, 'convkit.node');
    for (const length of [1000, 10_000, bytes.length - 1]) {
      writeFileSync(copy, bytes.subarray(0, length));
      expect(isTruncatedFile(copy)).toBe(true);
    }
  });
});
