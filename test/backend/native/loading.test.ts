import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemaHash } from '../../../src/backend/schema.js';
import { HERE, root, version } from '../loader/installed.js';

/** A copy of the package in which builds can be missing or broken. */
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'convkit-'));
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
});

afterEach(() => rmSync(copy, { recursive: true }));

/** Where the addon came from, or the reason why there is none. */
function load(): string {
  const url = pathToFileURL(join(copy, 'dist/backend/native.js')).href;
  const script = `import { loadNativeBackend } from ${JSON.stringify(url)};
    try { console.log('loaded, threads ' + loadNativeBackend().threads); } catch (error) { console.log(error.message); }`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim();
}

function writeAddon(file: string, text: string | Uint8Array | undefined): void {
  const path = join(copy, file);
  mkdirSync(join(path, '..'), { recursive: true });
  if (text === undefined) cpSync(join(root, 'build/Release/convkit.node'), path);
  else writeFileSync(path, text);
}

describe('loadNativeBackend', () => {
  it('loads the local build', () => {
    writeAddon('build/Release/convkit.node', undefined);
    expect(load()).toMatch(/^loaded, threads \d+$/);
  });

  it('says what is missing where there is neither', () => {
    expect(load()).toBe(`${HERE} is not installed, and build/Release/convkit.node is not built`);
  });

  it('says why a local build does not load, instead of trying another', () => {
    writeAddon('build/Release/convkit.node', 'not an addon');
    expect(load()).toBe('build/Release/convkit.node is no addon but text, which begins with "not an addon"');
  });

  it('says that a local build is cut short, which would end the process', () => {
    writeAddon('build/Release/convkit.node', readFileSync(join(root, 'build/Release/convkit.node')).subarray(0, 5000));
    expect(load()).toMatch(/^build\/Release\/convkit\.node is cut short: it has 5000 bytes/);
  });

  it.each([
    ['{ createProgram() {} }', 'no hash'],
    ["{ schema: '0123456789abcdef', createProgram() {} }", '0123456789abcdef'],
  ])('refuses the addon of another version: %s', (exports, hash) => {
    writeAddon(`node_modules/${HERE}/package.json`, JSON.stringify({ version }));
    writeAddon(`node_modules/${HERE}/index.js`, `module.exports = ${exports};`);
    const versions = `its steps have ${hash}, those of these files ${schemaHash()}`;
    expect(load()).toBe(`${HERE} is of another version of convkit: ${versions}`);
  });
});
