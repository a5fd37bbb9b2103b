import type { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import picomatch from 'picomatch';
import { UsageError } from '../usage-error.js';
import { type Found, readName, walk } from './walk.js';

/** What sharp reads as npm installs it, by the ends of files' names. Only where a folder is searched: what is named is taken as it is. */
const IMAGE_NAME = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|tiff?|svg)$/i;

/** What sharp reads only where it was built with more libraries. */
const OTHER_IMAGE_NAME = /\.(bmp|p[bgpn]m|hei[cf]|jp2|j2k|jxl)$/i;

/** How a list on standard input is parted. */
export interface ListOptions {
  /** By zero bytes, as `find -print0` does, rather than by lines. */
  readonly null: boolean;
}

/** What the words of a command line mean. */
export interface Inputs {
  /** Each once, in the order of the words. */
  readonly files: readonly string[];
  /** Those among them that cannot be opened by their names, each with why. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** What should be said of it. */
  readonly remarks: readonly string[];
}

/**
 * The files that the words of a command line mean: a file is itself, a folder the images in and under it in the order of
 * their paths, a pattern the files that it matches, `-` the names on standard input.
 *
 * @throws UsageError where a word means nothing
 */
export async function listInputs(
  words: readonly string[],
  options: ListOptions,
  input: NodeJS.ReadStream | ReturnType<typeof createReadStream> = process.stdin,
): Promise<Inputs> {
  const files = new Set<string>();
  const unreadable = new Map<string, string>();
  const remarks: string[] = [];
  for (const word of words) {
    const meant = word === '-' ? await readNames(input, options) : await filesOf(word, remarks);
    if (meant.length === 0) throw new UsageError([`'${word}': there are no images`, ...remarks].join('; '));
    for (const { name, problem } of meant) {
      files.add(name);
      if (problem !== undefined) unreadable.set(name, problem);
    }
  }
  return { files: [...files], unreadable, remarks };
}

async function filesOf(word: string, remarks: string[]): Promise<Found[]> {
  const facts = await stat(word).catch(() => undefined);
  if (facts?.isDirectory()) return imagesIn(word, remarks);
  if (facts !== undefined) return [{ name: word }];
  const { base, isGlob } = picomatch.scan(word);
  if (!isGlob)
    throw new UsageError(`'${word}': there is no such file or folder${word.includes('\ufffd') ? NOT_UTF8 : ''}`);
  const matches = picomatch(word);
  return (await walk(base === '' ? '.' : base)).filter(({ name }) => matches(name.split(sep).join('/')));
}

/** Node.js hands over words with other characters in the place of what it does not understand. */
const NOT_UTF8 = '; a name that is not UTF-8 cannot be given here: rename the file';

async function imagesIn(folder: string, remarks: string[]): Promise<Found[]> {
  const found = await walk(folder);
  const others = found.filter(({ name }) => OTHER_IMAGE_NAME.test(name));
  if (others.length > 0) {
    const what =
      others.length === 1 ? `'${others[0].name}' is` : `${others.length} files such as '${others[0].name}' are`;
    remarks.push(
      `${what} left out: sharp does not read such formats as it is installed by npm; a pattern takes them all the same`,
    );
  }
  return found.filter(({ name }) => IMAGE_NAME.test(name));
}

async function readNames(
  input: NodeJS.ReadStream | ReturnType<typeof createReadStream>,
  options: ListOptions,
): Promise<Found[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  // Every byte is a character of its own here, so that names which are no UTF-8 stay what they are.
  const names = Buffer.concat(chunks)
    .toString('latin1')
    .split(options.null ? '\0' : /\r?\n/);
  return names.filter((name) => name !== '').map((name) => readName(Buffer.from(name, 'latin1')));
}
