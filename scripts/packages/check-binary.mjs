/**
 * `npm run check:binary -- [ID…]`: whether the addons that `npm run build:platform` left load on every
 * machine of their platforms, and whether they are fit to be published. Nothing is loaded, so any platform's can be checked
 * here. Without IDs, all that were built.
 */
import { existsSync, readFileSync } from 'node:fs';
import { problemsOf } from './binary/problems.mjs';
import { readBinary } from './binary/read.mjs';
import { newestVersion } from './binary/versions.mjs';
import { builtAddon, PLATFORMS, platformsOrExit } from './platforms.mjs';

const ids = process.argv.slice(2);
const platforms = ids.length > 0 ? platformsOrExit(ids) : PLATFORMS.filter((one) => existsSync(builtAddon(one)));
if (platforms.length === 0) {
  console.error('no addon was built: `npm run build:platform -- ID…` builds one.');
  process.exit(1);
}

const rows = platforms.map((platform) => {
  const file = builtAddon(platform);
  if (!existsSync(file)) return { platform, problems: [`was not built: npm run build:platform -- ${platform.id}`] };
  try {
    const binary = readBinary(file);
    return { platform, binary, problems: problemsOf(binary, platform, readFileSync(file)) };
  } catch (error) {
    // Of a file that is no binary: the others are to be checked all the same.
    return { platform, problems: [error.message] };
  }
});

console.log(`${'platform'.padEnd(18)} ${'bytes'.padStart(9)}  ${'newest symbol'.padEnd(14)} loads`);
for (const { platform, binary } of rows) {
  if (binary === undefined) continue;
  const newest = newestVersion(binary.imports.map((one) => one.version)) ?? '—';
  const size = binary.bytes.toLocaleString('en').padStart(9);
  console.log(`${platform.id.padEnd(18)} ${size}  ${newest.padEnd(14)} ${binary.libraries.join(' ')}`);
}
for (const { platform, problems } of rows) for (const problem of problems) console.error(`${platform.id}: ${problem}`);
process.exit(rows.some(({ problems }) => problems.length > 0) ? 1 : 0);
