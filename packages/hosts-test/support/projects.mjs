/**
 * Projects that have convkit as users have it: from tarballs, with the package of this platform. npm installs them once;
 * every project gets a copy.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORMS, packageName } from '../../../scripts/packages/platforms.mjs';
import { copyTree, here, root, temporaryFolder } from './folders.mjs';
import { run } from './run.mjs';

const TARBALLS = join(root, 'build', 'packages', 'tarballs');
const isMusl = process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;

/** The platform that the tests run on. */
export const platform = PLATFORMS.find(
  ({ os, cpu, libc }) =>
    os === process.platform && cpu === process.arch && (libc === undefined || (libc === 'musl') === isMusl),
);

export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const tarballOf = (name) => join(TARBALLS, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
export const isStaged = ({ id }) => existsSync(tarballOf(`@convkit/${id}`));

/** What has to be done before, or undefined. */
export const missing =
  existsSync(tarballOf('convkit')) && isStaged(platform)
    ? undefined
    : `nothing is staged: npm run build:platform -- ${platform.id} && npm run stage -- --pack`;

/**
 * The main package's tarball as `npm run stage -- --pack` left it, but that its one optional dependency is the tarball of a platform:
 * npm would look for them all in a registry. Optional it has to be, since npm asks that of packages for other machines alone.
 */
export async function tarball(wanted = platform) {
  const folder = temporaryFolder('tarballs');
  await run(['tar', '-xzf', tarballOf('convkit')], { cwd: folder });
  const file = join(folder, 'package', 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.optionalDependencies = { [packageName(wanted)]: `file:${tarballOf(packageName(wanted))}` };
  rmSync(file);
  writeFileSync(file, JSON.stringify(manifest));
  await run(['tar', '-czf', 'convkit.tgz', 'package'], { cwd: folder });
  return join(folder, 'convkit.tgz');
}

let installing;

/** A project in which convkit is installed, and nothing else. Nobody writes into it: see `project`. */
export function installed() {
  installing ??= install();
  return installing;
}

async function install() {
  const folder = temporaryFolder('installed');
  cpSync(join(root, '.npmrc'), join(folder, '.npmrc'));
  writeManifest(folder);
  await run(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', await tarball()], {
    cwd: folder,
    env: { HOME: process.env.HOME },
  });
  return folder;
}

export function writeManifest(folder, fields = {}) {
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'app', private: true, type: 'module', ...fields }),
  );
}

/** A new folder with convkit in node_modules, and the app. */
export async function project(name) {
  const folder = temporaryFolder(name);
  copyTree(join(await installed(), 'node_modules'), join(folder, 'node_modules'));
  writeManifest(folder);
  cpSync(join(here, 'apps'), folder, { recursive: true });
  return folder;
}

/** Not for bundlers, and large. */
const RUNTIMES = /^(bun|deno|@oven|@deno|node-\d+|electron|\..*)$/;

/** A project with the bundlers, too. */
export async function bundlerProject(name) {
  const folder = await project(name);
  const tools = join(here, 'node_modules');
  for (const entry of readdirSync(tools).filter((one) => !RUNTIMES.test(one))) {
    const to = join(folder, 'node_modules', entry);
    if (!existsSync(to)) copyTree(join(tools, entry), to);
  }
  return folder;
}

/** A folder that has what was built and the model, but no sources; `modules` says whether it has convkit installed. */
export async function outputFolder(name, built, { modules, isCommonJs }) {
  const folder = temporaryFolder(`${name}-out`);
  mkdirSync(join(folder, 'app'));
  writeManifest(join(folder, 'app'), isCommonJs ? { type: 'commonjs' } : {});
  cpSync(built, join(folder, 'app', 'dist'), { recursive: true });
  cpSync(join(here, 'apps', 'tiny.onnx'), join(folder, 'tiny.onnx'));
  if (modules) copyTree(join(await installed(), 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
