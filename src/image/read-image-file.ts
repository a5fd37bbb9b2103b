import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';

/**
 * The bytes of a regular file. Others would hang (a FIFO that nobody writes to), never end (`/dev/zero`) or do something when they are
 * opened, so they are refused before that.
 */
export async function readImageFile(path: string): Promise<Uint8Array> {
  refuseOthers(await stat(path));
  // What lies there may be another thing by now: without waiting, and looked at once more.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    refuseOthers(await file.stat());
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function refuseOthers(stats: Stats): void {
  if (!stats.isFile()) throw new Error(`is ${kindOf(stats)}, but an image is read from a regular file`);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}
