/**
 * Of which sources an addon was compiled: a digest beside it, since times tell nothing of files that were checked out, or
 * came from another machine.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { root } from '../native-tools.mjs';

const IN_THE_ADDON = ['CMakeLists.txt', 'native'];

/** Of all that the platform's addon is compiled of and by: neither the tests, nor what is for other platforms. */
export function sourcesDigest(platform) {
  const other = (name) => name.startsWith('native/cmake/platforms/') && !name.endsWith(`/${platform.id}.cmake`);
  const hash = createHash('sha256');
  for (const name of IN_THE_ADDON.flatMap(filesOf).sort()) {
    if (name.startsWith('native/test/') || other(name)) continue;
    // As they are in git, whatever ends the lines of this checkout.
    hash.update(`${name}\0${readFileSync(join(root, name), 'latin1').replaceAll('\r\n', '\n')}\0`, 'latin1');
  }
  return hash.digest('hex');
}

function filesOf(name) {
  const path = join(root, name);
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
}

const digestFile = (addon) => join(dirname(addon), 'sources.sha256');

export function recordSources(addon, digest) {
  writeFileSync(digestFile(addon), `${digest}\n`);
}

/** Undefined where nobody recorded it. */
export function recordedSources(addon) {
  return existsSync(digestFile(addon)) ? readFileSync(digestFile(addon), 'utf8').trim() : undefined;
}
