/** `npm run check:release`: says all that speaks against publishing what is staged, and fails where there is anything. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../native-tools.mjs';
import { releaseFaults } from './release-faults.mjs';

const readJson = (...names) => JSON.parse(readFileSync(join(root, ...names), 'utf8'));

function stagedManifests() {
  const folder = join(root, 'build', 'packages');
  const ids = existsSync(folder) ? readdirSync(folder) : [];
  const manifests = ids
    .filter((id) => existsSync(join(folder, id, 'package.json')))
    .map((id) => readJson('build', 'packages', id, 'package.json'));
  return Object.fromEntries(manifests.map((manifest) => [manifest.name, manifest]));
}

function changedFiles() {
  const { status, stdout, stderr, error } = spawnSync('git', ['status', '--porcelain'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`git status failed: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

const faults = releaseFaults({
  manifest: readJson('package.json'),
  changelog: readFileSync(join(root, 'CHANGELOG.md'), 'utf8'),
  lockVersion: readJson('package-lock.json').version,
  changes: changedFiles(),
  staged: stagedManifests(),
});
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log('nothing speaks against this release');
