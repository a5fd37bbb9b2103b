/**
 * `npm run test:platform -- [--node 24] [--tarballs] ID…`: puts the staged packages of a platform into an empty project, and
 * runs smoke.mjs, the command, and convolutions.mjs there: on this machine, or under what stands in for a machine of that
 * platform. `npm run stage` has to come before it. With `--tarballs` npm installs what `npm run stage -- --pack` made.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../native-tools.mjs';
import { packageName, platformsOrExit } from './platforms.mjs';
import { runnerOf } from './runners.mjs';

/** As CONVKIT_ISA takes them; a machine without one takes the best that it has. */
const ISAS = { x64: ['baseline', 'avx2', 'avx512', 'amx'], arm64: ['baseline', 'neon'] };

const staged = (name) => join(root, 'build', 'packages', name);

/** An empty project with convkit, which depends on nothing else, and the package of that platform. */
function install(platform, fromTarballs) {
  const app = join(root, 'build', 'platforms', platform.id, 'app');
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  // Without one of its own the folder would be part of the clone, and `convkit` mean the clone itself.
  writeFileSync(join(app, 'package.json'), '{ "private": true }\n');
  for (const program of ['smoke.mjs', 'convolutions.mjs']) {
    cpSync(join(root, 'scripts', 'packages', program), join(app, program));
  }
  if (fromTarballs) npmInstall(app, platform);
  else copyPackages(app, platform);
  return app;
}

/** As npm would, which takes no package of another platform. */
function copyPackages(app, platform) {
  for (const [from, name] of [
    [staged('convkit'), 'convkit'],
    [staged(platform.id), packageName(platform)],
  ]) {
    if (!existsSync(from)) throw new Error(`${from} is not there: run \`npm run stage\` first.`);
    cpSync(from, join(app, 'node_modules', name), { recursive: true });
  }
}

function npmInstall(app, { id }) {
  const { version } = JSON.parse(readFileSync(join(staged('convkit'), 'package.json'), 'utf8'));
  const files = ['convkit', `convkit-${id}`].map((name) => join(staged('tarballs'), `${name}-${version}.tgz`));
  // npm is a script for the shell on Windows.
  const options = { cwd: app, stdio: 'inherit', shell: process.platform === 'win32' };
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...files], options);
  if (status !== 0) throw new Error(`npm could not install ${files.join(' and ')}.`);
}

function test(platform, { node: major, tarballs: fromTarballs = false }) {
  const app = install(platform, fromTarballs);
  const [command, ...words] = runnerOf(platform, major);
  const run = (program, settings = {}) => {
    const env = { ...process.env, CONVKIT_REQUIRE_NATIVE: '1', ...settings };
    const { status, signal, error } = spawnSync(command, [...words, ...program], { cwd: app, stdio: 'inherit', env });
    if (error) throw error;
    if (status !== 0) throw new Error(`${platform.id}: ${program.join(' ')} ended with ${signal ?? status}.`);
  };
  run(['smoke.mjs']);
  run(['node_modules/convkit/dist/bundle/cli.js', 'info']);
  for (const isa of ISAS[platform.cpu]) run(['convolutions.mjs', packageName(platform)], { CONVKIT_ISA: isa });
  console.log(`${platform.id}: runs`);
}

const options = { node: { type: 'string' }, tarballs: { type: 'boolean' } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
if (positionals.length === 0) {
  console.error('usage: npm run test:platform -- [--node MAJOR] [--tarballs] ID…, of scripts/packages/platforms.mjs');
  process.exit(2);
}
for (const platform of platformsOrExit(positionals)) test(platform, values);
