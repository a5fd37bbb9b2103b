import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { UsageError } from '../usage-error.js';

const FLAGS = {
  r: constants.O_RDONLY,
  'r+': constants.O_RDWR,
  'a+': constants.O_RDWR | constants.O_APPEND,
} as const;

/** Windows has neither. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as { O_NOFOLLOW?: number; O_NONBLOCK?: number };

/**
 * Opens a file that is there, follows no link, and does not wait for a pipe.
 *
 * @throws UsageError where something else has the name
 */
export async function openRegular(path: string, how: keyof typeof FLAGS): Promise<FileHandle> {
  refuseOther(path, await lstat(path));
  const file = await open(path, FLAGS[how] | O_NOFOLLOW | O_NONBLOCK);
  try {
    refuseOther(path, await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function refuseOther(path: string, facts: Stats): void {
  if (!facts.isFile()) throw notOurs(path, facts);
}

/** For what has a name of ours, and is no file. */
export function notOurs(path: string, facts: Stats): UsageError {
  return new UsageError(`'${path}' is ${kindOf(facts)}, not a file of convkit: it is left alone`);
}

/** What has a name, of itself, not of what it points to; undefined for nothing. */
export async function factsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** In words. */
export function kindOf(facts: Stats): string {
  if (facts.isFile()) return 'a file';
  if (facts.isDirectory()) return 'a folder';
  if (facts.isSymbolicLink()) return 'a symbolic link';
  if (facts.isFIFO()) return 'a named pipe';
  if (facts.isSocket()) return 'a socket';
  return 'a device';
}
