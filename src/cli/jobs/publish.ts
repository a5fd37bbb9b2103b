import { link, lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lost, syncFolderOf } from '../files/durable.js';
import { factsOf } from '../files/regular.js';
import { UsageError } from '../usage-error.js';
import type { Result } from './job.js';
import { MANIFEST, readManifest, removeFile, removeShards } from './manifest.js';
import { journalOf, type Part, partialOf, partsOf } from './names.js';
import { checkTarget } from './targets.js';

/** What systems say where there is something of a name. */
const OCCUPIED = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR']);

/**
 * Gives the files of a complete result their names; a run that is killed meanwhile has the next one do the rest. What
 * came to be there while the work was done is not replaced unless `overwrite` says so, and only where it is ours.
 *
 * @throws UsageError where something is in the way; the result then stays as it is
 */
export async function publish(result: Pick<Result, 'out' | 'format'>, overwrite: boolean): Promise<void> {
  for (const [part, name] of partsOf(result)) {
    const facts = await factsOf(partialOf(name));
    if (part === 'errors' && facts?.size === 0) await publishNone(name, overwrite);
    else if (facts?.isDirectory()) await giveFolder(name, overwrite);
    else if (facts !== undefined) await giveFile(name, part, overwrite);
    else if (part !== 'errors' && (await factsOf(name)) === undefined) throw lost(name);
  }
  await syncFolderOf(result.out);
  await rm(journalOf(result.out), { force: true });
}

/** No errors are no file. */
async function publishNone(name: string, overwrite: boolean): Promise<void> {
  if (overwrite && (await factsOf(name)) !== undefined) {
    await checkTarget(name, 'errors', overwrite);
    await removeFile(name);
  }
  await removeFile(partialOf(name));
}

async function giveFile(name: string, part: Part, overwrite: boolean): Promise<void> {
  const partial = partialOf(name);
  if (await isSameFile(partial, name)) return rm(partial);
  if (overwrite) {
    await checkTarget(name, part, overwrite);
    return rename(partial, name);
  }
  try {
    // Unlike renaming, this replaces nothing.
    await link(partial, name);
  } catch (error) {
    if ((await factsOf(name)) !== undefined) throw occupied(name);
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS') throw error;
    // A file system without links.
    return rename(partial, name);
  }
  await rm(partial);
}

/** An earlier run was killed when the file had both names. */
async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((path) => lstat(path, { bigint: true }).catch(() => undefined)));
  return one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino;
}

async function giveFolder(name: string, overwrite: boolean): Promise<void> {
  const partial = partialOf(name);
  if ((await factsOf(name)) !== undefined) {
    if (!overwrite) throw occupied(name);
    await emptyOfShards(name, partial);
  }
  try {
    await rename(partial, name);
  } catch (error) {
    if (OCCUPIED.has((error as NodeJS.ErrnoException).code ?? '')) throw occupied(name);
    throw error;
  }
}

/** Removes a folder of shards, and keeps what somebody has put beside them: it goes to the new one. */
async function emptyOfShards(name: string, partial: string): Promise<void> {
  const there = await readdir(name);
  // One without anything was ours: a run was killed when it had removed all that was in there.
  if (there.length > 0) await checkTarget(name, 'folder', true);
  const ours = new Set((await readManifest(name))?.shards.map(({ file }) => file));
  for (const foreign of there.filter((one) => one !== MANIFEST && !ours.has(one))) {
    if ((await factsOf(join(partial, foreign))) !== undefined) throw occupied(join(name, foreign));
    await rename(join(name, foreign), join(partial, foreign));
  }
  await removeShards(name, (one) => ours.has(one));
  await rmdir(name);
}

function occupied(name: string): UsageError {
  return new UsageError(
    `'${name}' came to be there meanwhile and is left alone; the result is complete in '${partialOf(name)}': move the other ` +
      'away, and the same words give it its name',
  );
}
