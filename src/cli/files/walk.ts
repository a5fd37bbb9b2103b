import { isUtf8 } from 'node:buffer';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { UsageError } from '../usage-error.js';
import { isSystemError } from './system-error.js';

/** A file in a folder. */
export interface Found {
  /** Bytes that are no UTF-8 as \xFF. */
  readonly name: string;
  /** Why it cannot be opened by that name. */
  readonly problem?: string;
}

/** A name as text, or what is wrong with it: systems have names of any bytes, and results are text. */
export function readName(bytes: Buffer): Found {
  if (isUtf8(bytes)) return { name: bytes.toString('utf8') };
  const name = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
  return { name, problem: 'the name is not UTF-8; here bytes stand as \\xFF: rename the file' };
}

/** Every file in and under a folder, sorted by the units of their names, which no locale changes; none where there is no such folder. */
export async function walk(folder: string): Promise<Found[]> {
  const files: Found[] = [];
  await collect(Buffer.from(folder), folder === '.' ? '' : folder, undefined, files);
  return files;
}

/** @param problem What is wrong with the folder's own name */
async function collect(folder: Buffer, shown: string, problem: string | undefined, files: Found[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch((error: unknown) => {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    // Its images would be missing from the result, and nobody would know.
    throw new UsageError(`'${shown}': cannot be searched: ${error.message}`);
  });
  const named = entries.map((entry) => ({ entry, ...readName(entry.name) }));
  named.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { entry, name, problem: own } of named) {
    const [path, why] = [join(shown, name), problem ?? own];
    if (entry.isDirectory()) await collect(Buffer.concat([folder, SEPARATOR, entry.name]), path, why, files);
    else files.push(why === undefined ? { name: path } : { name: path, problem: why });
  }
}

const SEPARATOR = Buffer.from(sep);
