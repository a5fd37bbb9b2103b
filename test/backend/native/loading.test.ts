import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemaHash } from '../../../src/backend/schema.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const platformPackage = `@convkit/${process.platform}-${process.arch}`;

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

function writeAddon(file: string, text: string | undefined): void {
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

  it('loads the package of the platform where there is no local build', () => {
    writeAddon(`node_modules/${platformPackage}/index.node`, undefined);
    writeAddon(`node_modules/${platformPackage}/package.json`, JSON.stringify({ main: 'index.node' }));
    expect(load()).toMatch(/^loaded, threads \d+$/);
  });

  it('says what is missing where there is neither', () => {
    expect(load()).toBe(`${platformPackage} is not installed, and build/Release/convkit.node is not built`);
  });

  it('says why a local build does not load, instead of trying another', () => {
    writeAddon('build/Release/convkit.node', 'not an addon');
    expect(load()).toMatch(/^build\/Release\/convkit\.node failed to load: .+/);
  });

  it.each([
    ['{ createProgram() {} }', 'no hash'],
    ["{ schema: '0123456789abcdef', createProgram() {} }", '0123456789abcdef'],
  ])('refuses the addon of another version: %s', (exports, hash) => {
    writeAddon(`node_modules/${platformPackage}/index.js`, `module.exports = ${exports};`);
    const versions = `its steps have ${hash}, those of these files ${schemaHash()}`;
    expect(load()).toBe(`${platformPackage} is of another version of convkit: ${versions}`);
  });
});
