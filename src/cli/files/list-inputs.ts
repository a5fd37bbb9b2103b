import type { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import picomatch from 'picomatch';
import { UsageError } from '../usage-error.js';
import { isSystemError } from './system-error.js';

/** What sharp reads, by the ends of files' names. Only where a folder is searched: a file that is named is taken as it is. */
const IMAGE_NAME = /\.(jpe?g|png|webp|gif|avif|heic|tiff?|svg|jp2|jxl|ppm|pgm|bmp)$/i;

/** How a list on standard input is parted. */
export interface ListOptions {
  /** By zero bytes, as `find -print0` does, rather than by lines. */
  readonly null: boolean;
}

/**
 * The files that the words of a command line mean, each once, in the order of the words: a file is itself, a folder the images
 * in and under it in the order of their paths, a pattern the images that it matches, `-` the names on standard input.
 *
 * @throws UsageError where a word means nothing
 */
export async function listInputs(
  words: readonly string[],
  options: ListOptions,
  input = process.stdin,
): Promise<string[]> {
  const files = new Set<string>();
  for (const word of words) {
    const meant = word === '-' ? await readNames(input, options) : await filesOf(word);
    if (meant.length === 0) throw new UsageError(`'${word}': there are no images`);
    for (const file of meant) files.add(file);
  }
  return [...files];
}

async function filesOf(word: string): Promise<string[]> {
  const facts = await stat(word).catch(() => undefined);
  if (facts?.isDirectory()) return (await walk(word)).filter((file) => IMAGE_NAME.test(file));
  if (facts !== undefined) return [word];
  const { base, isGlob } = picomatch.scan(word);
  if (!isGlob) throw new UsageError(`'${word}': there is no such file or folder`);
  const matches = picomatch(word);
  return (await walk(base === '' ? '.' : base)).filter((file) => matches(file.split(sep).join('/')));
}

/** Every file in and under a folder, sorted by the units of their names, which no locale changes; none where there is no such folder. */
async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    // Its images would be missing from the result, and nobody would know.
    throw new UsageError(`'${folder}': cannot be searched: ${error.message}`);
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    const path = folder === '.' ? entry.name : join(folder, entry.name);
    const isFolder = entry.isSymbolicLink() ? false : entry.isDirectory();
    if (isFolder) files.push(...(await walk(path)));
    else if (!entry.isDirectory()) files.push(path);
  }
  return files;
}

async function readNames(
  input: NodeJS.ReadStream | ReturnType<typeof createReadStream>,
  options: ListOptions,
): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  const names = Buffer.concat(chunks)
    .toString('utf8')
    .split(options.null ? '\0' : /\r?\n/);
  return names.filter((name) => name !== '');
}
