import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLATFORM_PACKAGES } from '../../src/backend/platform-packages.js';
import { readBinaryFormat } from '../../src/system/binary-format.js';
import { elfFile, machOFile, root, windowsFile } from '../backend/loader/installed.js';

/** Scripts have no types. */
const script = (name: string) => import(new URL(`../../scripts/packages/${name}`, import.meta.url).href);
const { PLATFORMS, packageName, platformsOf } = await script('platforms.mjs');
const { mainManifest, platformManifest, platformReadme } = await script('manifests.mjs');
const { refusals, sizeRefusal } = await script('refusals.mjs');
const { releaseFaults } = await script('release-faults.mjs');

const clone = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const names: string[] = PLATFORMS.map(packageName);
const [glibc] = platformsOf(['linux-x64']);
const [musl] = platformsOf(['linux-x64-musl']);
const [mac] = platformsOf(['darwin-arm64']);

describe('the list of platforms', () => {
  it('is the one that the loader has', () => {
    const loaded = PLATFORM_PACKAGES.map(({ name, os, cpu, libc }) => ({ name, os, cpu, libc }));
    const listed = PLATFORMS.map((one: { os: string; cpu: string; libc?: string }) => {
      return { name: packageName(one), os: one.os, cpu: one.cpu, libc: one.libc };
    });
    expect(loaded).toEqual(listed);
  });

  // A bundler reads the paths, whatever the names beside them say.
  it('has its own literal paths in the loader', () => {
    const source = readFileSync(join(root, 'src/backend/platform-packages.ts'), 'utf8');
    const paths = [...source.matchAll(/name: '([^']+)'|require\('(@[^']+)'\)/g)].map((match) => match[1] ?? match[2]);
    expect(paths).toEqual(names.flatMap((name) => [name, `${name}/package.json`, name]));
    const folder = join(root, 'dist/bundle');
    const chunks = readdirSync(folder).filter((name) => name.endsWith('.js'));
    const built = chunks.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    for (const name of names) expect(built.includes(`require("${name}")`), name).toBe(true);
  });
});

describe('the main package', () => {
  const manifest = mainManifest(clone);

  it('asks for every platform, in its own version to the last digit', () => {
    expect(manifest.optionalDependencies).toEqual(Object.fromEntries(names.map((name) => [name, clone.version])));
  });

  it('has what users need, and nothing of the clone alone', () => {
    for (const name of ['scripts', 'devDependencies', 'private', 'binary']) expect(manifest).not.toHaveProperty(name);
    for (const name of ['exports', 'imports', 'types', 'bin', 'engines', 'dependencies', 'peerDependencies', 'files']) {
      expect(manifest[name]).toEqual(clone[name]);
    }
    expect(clone).not.toHaveProperty('optionalDependencies');
  });
});

describe("a platform's package", () => {
  it('is chosen by package managers', () => {
    expect(platformManifest(clone, musl)).toMatchObject({
      name: '@convkit/linux-x64-musl',
      version: clone.version,
      license: clone.license,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
      main: 'convkit.node',
      files: ['convkit.node'],
      engines: clone.engines,
      preferUnplugged: true,
      publishConfig: { access: 'public' },
    });
    expect(Object.keys(platformManifest(clone, mac))).not.toContain('libc');
    expect(platformReadme(clone, glibc)).toContain('for Linux on x64 with glibc');
  });

  it('has the addresses of the main one, where there are any', () => {
    const { repository, homepage, bugs } = clone;
    expect(platformManifest(clone, glibc)).toMatchObject({ repository, homepage, bugs });
    const without = { ...clone, repository: undefined, bugs: undefined };
    expect(Object.keys(platformManifest(without, glibc))).not.toContain('repository');
  });

  it('has at most four million bytes', () => {
    expect(sizeRefusal(4_000_000)).toBeUndefined();
    expect(sizeRefusal(4_000_001)).toBe('its package has 4,000,001 bytes unpacked, and 4,000,000 is the most.');
  });
});

describe('an addon is refused', () => {
  const expected = { schema: '0123456789abcdef', sources: 'digest' };
  const again = (id: string) => `\`npm run build:platform -- ${id}\` compiles it again.`;

  function refused(platform: { id: string }, file: Buffer, facts = {}) {
    const bytes = Buffer.concat([file, Buffer.from(`\0${expected.schema}\0`)]);
    return refusals(platform, { bytes, format: readBinaryFormat(bytes), sources: 'digest', ...facts }, expected);
  }

  it('unless it is right', () => {
    expect(refused(glibc, elfFile())).toEqual([]);
    expect(refused(musl, elfFile({ needs: 'libc.musl-x86_64.so.1' }))).toEqual([]);
    expect(refused(mac, machOFile())).toEqual([]);
  });

  it.each([
    ['linux-x64', elfFile({ machine: 183 }), 'it is for Linux on arm64 with glibc, not for Linux on x64 with glibc'],
    ['linux-x64-musl', elfFile(), 'it is for Linux on x64 with glibc, not for Linux on x64 with musl'],
    ['darwin-x64', machOFile(), 'it is for macOS on arm64, not for macOS on x64'],
    ['linux-x64', windowsFile(), 'it is for Windows on x64, not for Linux on x64 with glibc'],
    ['win32-x64', Buffer.from('MZ'), 'it is no shared library'],
    ['linux-x64', elfFile().subarray(0, 300), 'bytes are missing at its end'],
  ])('as that of another platform, or none: %s', (id, file, reason) => {
    expect(refused(platformsOf([id])[0], file)).toEqual([`${reason}; ${again(id)}`]);
  });

  it('for other steps than those of dist', () => {
    const bytes = Buffer.concat([elfFile(), Buffer.from('\x000123456789abcdee\0')]);
    const reason = 'its steps are not those of dist, whose hash 0123456789abcdef is not in it';
    expect(refused(glibc, elfFile(), { bytes })).toEqual([`${reason}; ${again('linux-x64')}`]);
  });

  it('for other sources, or unknown ones', () => {
    const other = 'it was compiled of other sources than those that are here';
    expect(refused(glibc, elfFile(), { sources: 'other' })).toEqual([`${other}; ${again('linux-x64')}`]);
    const unknown = 'nothing beside it tells of which sources it was compiled';
    expect(refused(glibc, elfFile(), { sources: undefined })).toEqual([`${unknown}; ${again('linux-x64')}`]);
  });
});

describe('a release', () => {
  const version = '1.2.3';
  const good = {
    manifest: {
      name: 'convkit',
      version,
      repository: { type: 'git', url: 'git+https://forge.dev/convkit.git' },
      homepage: 'https://convkit.dev',
      bugs: { url: 'https://forge.dev/convkit/issues' },
    },
    changelog: '# Changelog\n\n## Unreleased\n\n## 1.2.3 (2026-01-02)\n',
    lockVersion: version,
    changes: [],
    staged: Object.fromEntries(['convkit', ...names].map((name) => [name, { name, version }])),
  };

  it('has nothing against it where all is well', () => {
    expect(releaseFaults(good)).toEqual([]);
    expect(releaseFaults({ ...good, changelog: '## [1.2.3] - 2026-01-02' })).toEqual([]);
  });

  it('is refused for each address that is a placeholder', () => {
    const { repository, homepage, bugs } = clone;
    const manifest = { ...good.manifest, repository, homepage, bugs };
    expect(releaseFaults({ ...good, manifest })).toEqual([
      `package.json's repository is a placeholder, ${repository.url}: write the true address.`,
      `package.json's homepage is a placeholder, ${homepage}: write the true address.`,
      `package.json's bugs is a placeholder, ${bugs.url}: write the true address.`,
    ]);
    const none = { ...good.manifest, repository: undefined };
    expect(releaseFaults({ ...good, manifest: none })).toEqual([
      'package.json has no repository: write its address there.',
    ]);
  });

  it.each(['## Unreleased\n\nSince 1.2.3', '## 1.2.30', '## 11.2.3'])(
    'is refused without its heading: %j',
    (changelog) => {
      expect(releaseFaults({ ...good, changelog })).toEqual([
        'CHANGELOG.md has no heading for version 1.2.3: `npm run release` makes it of "Unreleased".',
      ]);
    },
  );

  it('is refused where a package is missing, or was staged before', () => {
    const staged = { ...good.staged, '@convkit/darwin-x64': undefined, '@convkit/linux-x64': { version: '1.2.2' } };
    expect(releaseFaults({ ...good, staged })).toEqual([
      '@convkit/darwin-x64 is not staged: build its addon, then `npm run stage`.',
      '@convkit/linux-x64 was staged for version 1.2.2, and this is 1.2.3: `npm run stage` again.',
    ]);
  });

  it('is refused for a lock of another version and for what is not committed', () => {
    const changes = [' M src/index.ts', '?? notes.txt', 'A  a', 'D  b'];
    expect(releaseFaults({ ...good, lockVersion: '1.2.2', changes })).toEqual([
      'package-lock.json is of version 1.2.2, package.json of 1.2.3: `npm install` mends it.',
      'The working tree is not what was committed: src/index.ts, notes.txt, a and 1 more; commit it first.',
    ]);
  });
});
