/**
 * Part of `npm run release -- minor`, which is `npm version`: before it, `--check` asks whether there is anything to
 * release; after it, what is under "Unreleased" in CHANGELOG.md becomes the section of the new version.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../native-tools.mjs';

const UNRELEASED = '## Unreleased\n';

/** What is not released yet. @throws Error where the changelog has no such section. */
export function unreleased(changelog) {
  const start = changelog.indexOf(UNRELEASED);
  if (start < 0) throw new Error('CHANGELOG.md has no section "## Unreleased"');
  const after = changelog.slice(start + UNRELEASED.length);
  const next = after.search(/^## /m);
  return (next < 0 ? after : after.slice(0, next)).trim();
}

/** @throws Error where nothing is unreleased, or the version has a section already. */
export function cutRelease(changelog, version, date) {
  const changes = unreleased(changelog);
  // Headings alone are no changes.
  const isEmpty = changes.replace(/^#.*$/gm, '').trim() === '';
  const [, newest = ''] = /^## (\d\S*)/m.exec(changelog) ?? [];
  // What was tried as a prerelease may become the release as it is.
  const isPrerelease = newest.includes('-');
  if (isEmpty && !isPrerelease) throw new Error('CHANGELOG.md has nothing under "## Unreleased"');
  if (changelog.includes(`\n## ${version} `)) throw new Error(`CHANGELOG.md has a section for ${version} already`);
  const same = isEmpty ? `\nAs ${newest}.\n` : '';
  return changelog.replace(UNRELEASED, () => `${UNRELEASED}\n## ${version} (${date})\n${same}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(root, 'CHANGELOG.md');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const changelog = readFileSync(file, 'utf8');
  try {
    if (process.argv.includes('--check')) cutRelease(changelog, 'the next one', '');
    else writeFileSync(file, cutRelease(changelog, version, new Date().toISOString().slice(0, 10)));
  } catch (error) {
    console.error(`convkit: ${error.message}`);
    process.exit(1);
  }
}
