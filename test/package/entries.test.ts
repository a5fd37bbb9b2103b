import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('package.json', () => {
  const { exports, imports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const paths = [exports, imports].flatMap(function leaves(value: unknown): string[] {
    return typeof value === 'string' ? [value] : Object.values(value as object).flatMap(leaves);
  });

  it.each([...new Set(paths)])('%s is there', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  it.runIf(process.platform !== 'win32')('its command can be executed', () => {
    expect(statSync(join(root, bin.convkit)).mode & 0o111).toBe(0o111);
  });
});

describe('prepare', () => {
  let clone: string;

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'convkit-prepare-'));
    cpSync(join(root, 'scripts'), join(clone, 'scripts'), {
      recursive: true,
      filter: (path) => !path.includes('fixtures'),
    });
    writeFileSync(join(clone, 'package.json'), '{}');
  });

  afterEach(() => rmSync(clone, { recursive: true }));

  function prepare(environment: NodeJS.ProcessEnv) {
    const env = { ...process.env, npm_package_resolved: undefined, _PACOTE_NO_PREPARE_: undefined, ...environment };
    return spawnSync(process.execPath, [join(clone, 'scripts', 'prepare.mjs')], { encoding: 'utf8', env });
  }

  it.each([{}, { npm_package_resolved: 'null' }])(
    'fails rather than leave a package without an entry: %j',
    (environment) => {
      const { status, stderr } = prepare(environment);
      expect(stderr).toMatch(/nothing was built.*npm ci/);
      expect(status).toBe(1);
    },
  );

  it('is content with what was built elsewhere', () => {
    mkdirSync(join(clone, 'dist', 'bundle'), { recursive: true });
    writeFileSync(join(clone, 'dist', 'bundle', 'index.js'), '');
    expect(prepare({}).status).toBe(0);
  });

  it('builds nothing again for a tarball, unless a source is newer', () => {
    const entry = join(clone, 'dist', 'bundle', 'index.js');
    const source = join(clone, 'src', 'new.ts');
    const inSeconds = (seconds: number) => new Date(Date.now() + 1000 * seconds);
    mkdirSync(join(clone, 'src'));
    mkdirSync(join(clone, 'dist', 'bundle'), { recursive: true });
    writeFileSync(entry, '');
    writeFileSync(source, '');
    utimesSync(entry, inSeconds(30), inSeconds(30));
    expect(prepare({ npm_package_resolved: clone })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    utimesSync(source, inSeconds(60), inSeconds(60));
    expect(prepare({ npm_package_resolved: clone }).stderr).toContain('nothing was built');
  });
});
