import { type FileHandle, open, stat } from 'node:fs/promises';

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

/** A file of any size that memory holds; Node's own readFile ends at 2 GiB. Opening a pipe could wait forever. */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  const facts = await stat(path);
  if (!facts.isFile()) throw new Error('it is no regular file');
  const file = await open(path, 'r');
  try {
    return await readRange(file, 0, (await file.stat()).size);
  } finally {
    await file.close();
  }
}
