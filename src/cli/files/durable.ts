import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../usage-error.js';

/** @throws UsageError where something has the name already and is not to be replaced */
export async function refuseExisting(out: string, overwrite: boolean): Promise<void> {
  const exists = (await stat(out).catch(() => undefined)) !== undefined;
  if (exists && !overwrite) throw new UsageError(`'${out}' is there already: --overwrite replaces it`);
}

/**
 * Opens a file behind its first `keep` bytes, which an earlier run made durable.
 *
 * @throws UsageError where they are no longer there: to go on would leave zeros in their place
 */
export async function openBehind(path: string, keep: number): Promise<FileHandle> {
  const kept = keep === 0 ? 0 : ((await stat(path).catch(() => undefined))?.size ?? 0);
  if (kept < keep) throw lost(path);
  const file = await open(path, keep > 0 ? 'r+' : 'w+');
  await file.truncate(keep);
  return file;
}

/** For what an earlier run made durable and somebody has removed since. */
export function lost(path: string): UsageError {
  return new UsageError(`'${path}' has lost what an earlier run wrote: --restart begins anew`);
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
