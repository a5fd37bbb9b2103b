import { requireFolderFor } from '../files/place.js';
import { factsOf } from '../files/regular.js';
import { sameFile } from '../files/same-file.js';
import { UsageError } from '../usage-error.js';
import type { Job } from './job.js';
import { checkNameLength } from './names.js';

/** `shards/` means the folder, and what is written beside it is beside it. */
export function withoutSlash(out: string): string {
  return out.replace(/(?<=.)[\\/]+$/, '');
}

/** Finds out before any work whether the result can be where it shall be. @throws UsageError */
export async function checkResultPlace(
  { out, files }: Pick<Job, 'out' | 'files'>,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  checkNameLength(out);
  await requireFolderFor(out);
  if (!overwrite || (await factsOf(out)) === undefined) return;
  const input = await sameFile(out, files);
  if (input !== undefined) throw new UsageError(`'${out}' is '${input}', which is to be read: give another name`);
}
