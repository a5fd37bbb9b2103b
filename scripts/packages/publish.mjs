/**
 * Publishes what `npm run stage` left in build/packages: the platform packages first, so that nobody ever gets a
 * convkit whose addon is not there yet. A run that was broken off is run again: what the registry has already is passed over.
 *
 * Usage: node scripts/packages/publish.mjs [--dry-run]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../native-tools.mjs';
import { distTag } from './dist-tag.mjs';
import { PLATFORMS } from './platforms.mjs';

const dryRun = process.argv.includes('--dry-run');
const folders = [...PLATFORMS.map(({ id }) => id), 'convkit'].map((name) => join(root, 'build', 'packages', name));

const missing = folders.filter((folder) => !existsSync(join(folder, 'package.json')));
if (missing.length > 0) {
  console.error(
    `convkit: not staged: ${missing.join(', ')}. Run \`npm run build:platform\` and \`npm run stage\` first.`,
  );
  process.exit(1);
}
for (const folder of folders) publish(folder);

function publish(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (ask(`${name}@${version}`, 'version') !== undefined) {
    console.log(`${name}@${version} is published already`);
    return;
  }
  const words = ['publish', '--access', 'public', '--tag', distTag(version, ask(name, 'dist-tags.latest'))];
  // Provenance needs the identity that a workflow has, and that no dry run of a fork's pull request gets.
  words.push(...(dryRun ? ['--dry-run'] : ['--provenance']));
  if (npm(folder, words, 'inherit').status !== 0) process.exit(1);
}

/** Undefined where the registry has no such package. @throws Error where it does not answer: "no" would only fail later. */
function ask(what, field) {
  const { status, stdout, stderr } = npm(root, ['view', what, field, '--json'], 'pipe');
  if (status === 0) return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  if (/E404/.test(`${stdout}${stderr}`)) return undefined;
  throw new Error(`npm view ${what}: ${stderr.trim()}`);
}

function npm(cwd, words, stdio) {
  // npm is a script for the shell on Windows.
  return spawnSync('npm', words, { cwd, stdio, encoding: 'utf8', shell: process.platform === 'win32' });
}
