import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../usage-error.js';

/**
 * Finds out before any work whether a file may come to be where it is asked for.
 *
 * @throws UsageError where its folder is not there, or nothing can be written in it
 */
export async function requireFolderFor(path: string): Promise<void> {
  const folder = dirname(path);
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) {
    throw new UsageError(
      `'${path}': ${facts === undefined ? `there is no folder '${folder}'` : `'${folder}' is no folder`}`,
    );
  }
  await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`'${path}': nothing can be written in '${folder}': ${error.code}`);
  });
}

/** And that a file which is written as a whole is not to take the place of a folder. */
export async function requirePlaceFor(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  await requireFolderFor(path);
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) throw new UsageError(`'${path}' is a folder: give the name of a file`);
}
