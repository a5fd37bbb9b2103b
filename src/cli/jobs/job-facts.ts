import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';

/** What decides the bytes of a result, short enough for a journal. */
export interface JobFacts {
  /** A digest of each setting: of the recipe, the version, … */
  readonly settings: Readonly<Record<string, string>>;
  /** Of all absolute names, in their order. */
  readonly names: string;
  /** Digests of each file's size and time, one after another; with them a changed file is found, and named. */
  readonly files: string;
}

/** Characters of a file's digest: 48 bits. */
const DIGEST = 8;

/** Between two files that are looked at, others may want the thread: an interrupt, for one. */
const FILES_AT_A_TIME = 4096;

/** Looks at all files, which takes some microseconds each. */
export async function jobFactsOf(
  settings: Readonly<Record<string, unknown>>,
  files: readonly string[],
): Promise<JobFacts> {
  const names = createHash('sha256');
  const digests: string[] = [];
  for (const [i, file] of files.entries()) {
    if (i % FILES_AT_A_TIME === FILES_AT_A_TIME - 1) await breathe();
    names.update(`${resolve(file)}\0`);
    digests.push(digestOf(sizeAndTime(file), DIGEST));
  }
  return {
    settings: Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, digestOf(JSON.stringify(value) ?? '', 16)]),
    ),
    names: names.digest('hex'),
    files: digests.join(''),
  };
}

/**
 * Why a run must not go on where another one stopped; undefined where it may. A file that the other did not come to may
 * have changed: somebody has mended it.
 *
 * @param done How many inputs the other had done
 */
export function whyOther(before: JobFacts, now: JobFacts, files: readonly string[], done: number): string | undefined {
  const other = Object.keys({ ...before.settings, ...now.settings }).filter(
    (name) => before.settings[name] !== now.settings[name],
  );
  if (other.length > 0) return `with another ${other.join(', another ')}`;
  if (before.names !== now.names) {
    const count = before.files.length / DIGEST;
    return count === files.length
      ? 'of files with other names, or in another order'
      : `of ${count} files, not ${files.length}`;
  }
  const changed = files.slice(0, done).filter((_, i) => differ(before.files, now.files, i));
  if (changed.length === 0) return undefined;
  const more = changed.length > 1 ? ` and ${changed.length - 1} more` : '';
  return `before '${changed[0]}'${more} changed in size or time`;
}

function differ(a: string, b: string, i: number): boolean {
  return a.slice(i * DIGEST, (i + 1) * DIGEST) !== b.slice(i * DIGEST, (i + 1) * DIGEST);
}

/** What changes where somebody writes to a file. */
export function sizeAndTime(file: string): string {
  try {
    const facts = statSync(file);
    return `${facts.size} ${facts.mtimeMs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function digestOf(text: string, length: number): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, length);
}
