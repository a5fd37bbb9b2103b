import { realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { type Inputs, listInputs } from '../files/list-inputs.js';
import { requireFolderFor } from '../files/place.js';
import { factsOf, kindOf } from '../files/regular.js';
import { identityOf } from '../files/same-file.js';
import { UsageError } from '../usage-error.js';

/** A file that is read, and the one that is written of it. */
export interface FilePair {
  readonly from: string;
  readonly to: string;
}

/**
 * The images in and under a folder, each with its place in another one. What lies in the other one is left out, where that
 * is itself in the first: it is what an earlier run has written.
 *
 * @throws UsageError where both are one, or the other one cannot be
 */
export async function pairFiles(
  input: string,
  out: string,
): Promise<Pick<Inputs, 'unreadable' | 'remarks'> & { readonly pairs: readonly FilePair[] }> {
  const facts = await stat(out).catch(() => undefined);
  if (facts !== undefined && !facts.isDirectory()) throw new UsageError(`'${out}' is ${kindOf(facts)}, not a folder`);
  if (facts === undefined) await requireFolderFor(out);
  const [from, to] = await Promise.all([input, out].map((path) => realpath(path).catch(() => undefined)));
  if (from === to) throw new UsageError(`'${out}' is the folder that is read: give another one`);
  const { files, ...rest } = await listInputs([input], { null: false });
  const written = from !== undefined && to?.startsWith(from + sep) ? join(input, relative(from, to)) + sep : undefined;
  const read = files.filter((file) => written === undefined || !file.startsWith(written));
  return { ...rest, pairs: read.map((file) => ({ from: file, to: join(out, `${relative(input, file)}.png`) })) };
}

/** What file systems allow, in bytes. */
const MOST_BYTES = 255;

/** @throws UsageError where a file would be replaced that is read, or that is not to be replaced */
export async function checkFilterTargets(pairs: readonly FilePair[], overwrite: boolean): Promise<void> {
  const read = new Map<string, string>();
  for (const { from } of pairs) {
    const identity = await identityOf(from);
    if (identity !== undefined) read.set(identity, from);
  }
  for (const { to } of pairs) {
    const facts = Buffer.byteLength(basename(to)) > MOST_BYTES ? undefined : await factsOf(to);
    if (facts === undefined) continue;
    const input = read.get((await identityOf(to)) ?? '');
    if (input !== undefined) throw new UsageError(`'${to}' is '${input}', which is to be read: give another name`);
    if (!facts.isFile())
      throw new UsageError(`'${to}' is ${kindOf(facts)}, which no image replaces: give another name`);
    if (!overwrite) throw new UsageError(`'${to}' is there already: --overwrite replaces it`);
  }
}
