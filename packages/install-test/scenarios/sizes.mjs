import assert from 'node:assert/strict';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { staged } from '../lib/places.mjs';
import { context, scenario } from '../lib/scenario.mjs';
import { thisPlatform } from '../lib/this-platform.mjs';

const MOST_BYTES_OF_AN_ADDON = 4 * 2 ** 20;
const ADDON_FILES = ['LICENSE', 'README.md', 'convkit.node', 'package.json'];

scenario('what is in the packages, and what they weigh', {}, async (project, t) => {
  const rows = [];
  for (const name of ['convkit', ...context.real]) {
    const { stdout } = await project.npm('pack', join(staged, name), '--dry-run', '--json', '--ignore-scripts');
    // A list in npm 11, an object by the packages' names in npm 12.
    const [{ id, size: packed, unpackedSize, entryCount }] = Object.values(JSON.parse(stdout));
    rows.push([id, `${entryCount} files`, size(unpackedSize), `${size(packed)} packed`]);
    if (name !== 'convkit') assert.ok(unpackedSize <= MOST_BYTES_OF_AN_ADDON, `${id} is ${unpackedSize} bytes`);
  }
  await project.npm('install', 'convkit');
  const addon = project.path('node_modules', '@convkit', thisPlatform().id);
  assert.deepEqual(readdirSync(addon).sort(), ADDON_FILES);
  const { files, bytes, onDisk } = contents(project.path('node_modules'));
  rows.push(['node_modules after `npm install convkit`', `${files} files`, size(bytes), `${size(onDisk)} on disk`]);
  for (const row of rows) t.diagnostic(row.join(', '));
});

function size(bytes) {
  return `${(bytes / 2 ** 20).toFixed(2)} MB`;
}

/** As `du` counts: blocks of the file system, folders too. */
function contents(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const total = { files: 0, bytes: 0, onDisk: 0 };
  for (const entry of entries) {
    const { size: length, blocks } = lstatSync(join(entry.parentPath, entry.name));
    total.onDisk += blocks * 512;
    if (!entry.isFile()) continue;
    total.files++;
    total.bytes += length;
  }
  return total;
}
