import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Inputs } from '../files/list-inputs.js';
import { UsageError } from '../usage-error.js';
import { besides, partialOf } from './names.js';

/**
 * The inputs without what a job writes beside its result. A pattern such as `photos/*`, or a list of all that is in a folder, takes
 * that for images where the result lies among them, and after an interruption the same words would then mean other files than before.
 * The result's own name stays among the inputs: it may be a photograph that is not to be replaced.
 *
 * @throws UsageError where nothing is left
 */
export async function withoutOwn({ files, unreadable, remarks }: Inputs, out: string): Promise<Inputs> {
  const names = new Set(besides(basename(out)));
  const shards = partialOf(basename(out));
  const home = await folderOf(out);
  const kept: string[] = [];
  for (const file of files) {
    // Names are compared first: there may be a hundred thousand, and few are like these.
    const isBeside = names.has(basename(file)) && (await folderOf(file)) === home;
    const folder = dirname(file);
    const isWithin = basename(folder) === shards && (await folderOf(folder)) === home;
    if (!isBeside && !isWithin) kept.push(file);
  }
  if (kept.length === 0) throw new UsageError(`there are no images but what belongs to '${out}'`);
  return { files: kept, unreadable, remarks };
}

/** Whatever names lead there. */
async function folderOf(path: string): Promise<string> {
  const folder = dirname(resolve(path));
  return realpath(folder).catch(() => folder);
}
