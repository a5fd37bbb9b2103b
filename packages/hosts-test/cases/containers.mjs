/** The Dockerfiles among the examples: their lines are run in an empty folder, and what they leave is weighed. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORMS, packageName } from '../../../scripts/packages/platforms.mjs';
import { runDockerfile } from '../support/dockerfile.mjs';
import { root, temporaryFolder } from '../support/folders.mjs';
import { megabytesOf } from '../support/megabytes.mjs';
import { isStaged, platform, tarball } from '../support/projects.mjs';
import { run } from '../support/run.mjs';
import { Skipped } from '../support/skipped.mjs';

const EXAMPLE = join(root, 'examples', 'docker');

/**
 * The project as its author would commit it, but with a tarball for what is in no registry: package.json, and the lock that
 * `npm install` makes.
 */
async function writeProject(folder, env, wanted) {
  const manifest = JSON.parse(readFileSync(join(EXAMPLE, 'package.json'), 'utf8'));
  assert.deepEqual(Object.keys(manifest.dependencies), ['convkit']);
  manifest.dependencies = { convkit: `file:${await tarball(wanted)}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  cpSync(join(root, '.npmrc'), join(folder, '.npmrc'));
  await run(['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--prefer-offline'], {
    cwd: folder,
    env,
  });
}

/** @param {'debian' | 'alpine'} name @param libc of the image */
async function build(name, libc) {
  const wanted = PLATFORMS.find(({ os, cpu, libc: has }) => os === 'linux' && cpu === process.arch && has === libc);
  if (wanted === undefined) throw new Skipped('this machine is none that such images are for');
  if (!isStaged(wanted)) throw new Skipped(`${packageName(wanted)} is not staged`);
  const folder = temporaryFolder(`docker-${name}`);
  // npm would ask the Node that runs it, which is this machine's.
  const env = { HOME: process.env.HOME, npm_config_libc: libc, npm_config_prefer_offline: 'true' };
  await writeProject(folder, env, wanted);
  const isOwn = wanted === platform;
  const output = await runDockerfile(join(EXAMPLE, `Dockerfile.${name}`), { folder, env, skipsCommand: !isOwn });
  if (isOwn) assert.match(output, /^1 × 8 × 224 × 224, 27 on native \w+, threads: \d+$/m);
  assert.deepEqual(readdirSync(join(folder, 'node_modules', '@convkit')), [wanted.id]);
  return `node_modules ${megabytesOf(join(folder, 'node_modules')).toFixed(1)} MB${isOwn ? '' : '; what it runs is not tried here'}`;
}

export const CONTAINER_CASES = [
  { name: 'container: Dockerfile.debian', run: () => build('debian', 'glibc') },
  { name: 'container: Dockerfile.alpine', run: () => build('alpine', 'musl') },
];
