import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** The first bytes of a file, at most so many, and how long it is. @throws Error where it cannot be read. */
export function readStart(path: string, atMost: number): { bytes: Buffer; size: number } {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, atMost));
    return { bytes: bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0)), size };
  } finally {
    closeSync(file);
  }
}

/**
 * What a path leads to that is no regular file, as what a sentence says of it. Undefined for a regular file, and where nothing
 * tells: whoever opens a pipe waits for somebody to write into it, and a device may never end.
 */
export function describeSpecialFile(path: string): string | undefined {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return undefined;
    if (stats.isDirectory()) return 'a folder';
    return stats.isFIFO() ? 'a pipe' : 'a device';
  } catch {
    return undefined;
  }
}
