/**
 * `npm run stage -- [--pack] [ID…]`: writes what is published to build/packages, a folder for each package: `convkit`, and
 * the platforms that are named, or else all whose addon was built. `--pack` makes tarballs of them, too.
 *
 * It is all or nothing: what was staged before is replaced once every package is complete.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../native-tools.mjs';
import { mainManifest, platformManifest, platformReadme } from './manifests.mjs';
import { builtAddon, PLATFORMS, packageName, platformsOf } from './platforms.mjs';
import { refusals, sizeRefusal } from './refusals.mjs';
import { recordedSources, sourcesDigest } from './sources.mjs';

const STAGED = join(root, 'build', 'packages');
/** Of this run alone: two at once must not mix their files. */
const STAGING = `${STAGED}.${process.pid}`;
const TARBALLS = 'tarballs';

const fromDist = (name) =>
  import(new URL(`../../dist/${name}`, import.meta.url)).catch((cause) => {
    throw new Error('dist is not complete: run `npm run build:ts` first.', { cause });
  });

function stage(platforms, isPacked) {
  const clone = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  stageMain(clone);
  for (const platform of platforms) stagePlatform(clone, platform);
  const names = ['convkit', ...platforms.map(({ id }) => id)];
  if (isPacked) pack(names);
  rmSync(STAGED, { recursive: true, force: true });
  renameSync(STAGING, STAGED);
}

/** The files that npm would take of the clone, with another package.json. */
function stageMain(clone) {
  const folder = join(STAGING, 'convkit');
  const [{ files }] = npmJson(root, 'pack', '--dry-run', '--ignore-scripts');
  for (const { path, mode } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
    chmodSync(join(folder, path), mode & 0o111 ? 0o755 : 0o644);
  }
  writeManifest(folder, mainManifest(clone));
}

function stagePlatform(clone, platform) {
  const folder = join(STAGING, platform.id);
  mkdirSync(folder);
  writeManifest(folder, platformManifest(clone, platform));
  writeFileSync(join(folder, 'README.md'), platformReadme(clone, platform));
  for (const [from, name] of [
    [join(root, 'LICENSE'), 'LICENSE'],
    [builtAddon(platform), 'convkit.node'],
  ]) {
    cpSync(from, join(folder, name));
    chmodSync(join(folder, name), 0o644);
  }
  const refusal = sizeRefusal(contentsOf(folder).bytes);
  if (refusal !== undefined) throw new Error(`${packageName(platform)}: ${refusal}`);
}

function writeManifest(folder, manifest) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function pack(names) {
  mkdirSync(join(STAGING, TARBALLS));
  const folders = names.map((name) => `./${name}`);
  npmJson(STAGING, 'pack', ...folders, '--ignore-scripts', '--pack-destination', TARBALLS);
}

function npmJson(cwd, ...words) {
  const options = { cwd, encoding: 'utf8', shell: process.platform === 'win32', maxBuffer: 2 ** 26 };
  const { status, stdout, stderr, error } = spawnSync('npm', [...words, '--json'], options);
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${words.join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout);
}

function contentsOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files.map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** @throws Error with all that speaks against the addons. */
async function check(platforms) {
  const { schemaHash } = await fromDist('backend/schema.js');
  const { readBinaryFormat } = await fromDist('system/binary-format.js');
  const schema = schemaHash();
  const reasons = platforms.flatMap((platform) => {
    const path = builtAddon(platform);
    if (!existsSync(path)) return [`${path} is not there: \`npm run build:platform -- ${platform.id}\` compiles it.`];
    const bytes = readFileSync(path);
    const addon = { bytes, format: readBinaryFormat(bytes), sources: recordedSources(path) };
    return refusals(platform, addon, { schema, sources: sourcesDigest(platform) }).map(
      (reason) => `${path}: ${reason}`,
    );
  });
  if (reasons.length > 0) throw new Error(reasons.join('\n'));
}

function printTable(platforms) {
  const rows = ['convkit', ...platforms.map(({ id }) => id)].map((id) => {
    const { name, version } = JSON.parse(readFileSync(join(STAGED, id, 'package.json'), 'utf8'));
    const { files, bytes } = contentsOf(join(STAGED, id));
    const tarball = join(STAGED, TARBALLS, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
    return {
      package: `${name}@${version}`,
      files,
      'bytes unpacked': bytes,
      ...(existsSync(tarball) ? { 'bytes packed': statSync(tarball).size } : {}),
    };
  });
  console.table(rows);
  const missing = PLATFORMS.filter((platform) => !platforms.includes(platform));
  if (missing.length > 0) console.log(`not staged: ${missing.map(({ id }) => id).join(', ')}`);
  console.log(`in ${STAGED}`);
}

try {
  const { values, positionals } = parseArgs({ options: { pack: { type: 'boolean' } }, allowPositionals: true });
  const platforms =
    positionals.length > 0
      ? platformsOf([...new Set(positionals)])
      : PLATFORMS.filter((platform) => existsSync(builtAddon(platform)));
  await check(platforms);
  stage(platforms, values.pack === true);
  printTable(platforms);
} catch (error) {
  rmSync(STAGING, { recursive: true, force: true });
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
