import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** The most that one read may ask for. */
const MAX_READ = 2 ** 30;

/** The `length` bytes of a file from `position` on. */
export async function readRange(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, MAX_READ), position + done);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}

/**
 * Opens a file for reading, if it is one: folders cannot be read, and a pipe or a device may never end. Opening a pipe would
 * itself wait for a writer, but for the flag, which regular files do not mind, and which Windows has not.
 *
 * @throws Error where it is no regular file
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if ((await file.stat()).isFile()) return file;
    throw new Error('it is no regular file');
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A file of any size that memory holds; Node's own readFile ends at 2 GiB. */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  const file = await openRegularFile(path);
  try {
    return await readRange(file, 0, (await file.stat()).size);
  } finally {
    await file.close();
  }
}
