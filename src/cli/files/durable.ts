import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../usage-error.js';
import { factsOf, openRegular } from './regular.js';

/**
 * Opens a file behind its first `keep` bytes, which an earlier run made durable; a new one where there is none.
 *
 * @throws UsageError where they are no longer there: to go on would leave zeros in their place
 */
export async function openBehind(path: string, keep: number): Promise<FileHandle> {
  const facts = await factsOf(path);
  if (facts === undefined) {
    if (keep > 0) throw lost(path);
    // Fails where something has come to be there, a link too.
    return open(path, 'wx+');
  }
  const file = await openRegular(path, 'r+');
  try {
    if ((await file.stat()).size < keep) throw lost(path);
    await file.truncate(keep);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** For what an earlier run made durable and somebody has removed since. */
export function lost(path: string): UsageError {
  return new UsageError(`'${path}' has lost what an earlier run wrote: --restart begins anew`);
}

/** Writes a file that was not there, for good. */
export async function createFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await writeAt(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolderOf(path);
}

/** Writes all of it at one place, however many calls that takes. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Makes a rename outlast a crash of the machine, where the system has folders that can be synchronised. */
export async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
