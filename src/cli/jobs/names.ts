import { basename, dirname } from 'node:path';
import { draftOf } from '../lock/lock.js';
import { UsageError } from '../usage-error.js';
import type { Result } from './job.js';
import { LINES } from './rows.js';

/** What a file of a result is for. */
export type Part = 'rows' | 'lines' | 'index' | 'errors';

/** The files of a result. Lines are alone: they name their images, and say what was no good. */
export function partsOf({
  out,
  format,
}: Pick<Result, 'out' | 'format'>): readonly (readonly [part: Part, name: string])[] {
  if (format === LINES) return [['lines', out]];
  // The rows come last: where they have their name, all of it is there.
  return [
    ['errors', `${out}.errors.jsonl`],
    ['index', `${out}.index.jsonl`],
    ['rows', out],
  ];
}

export const partialOf = (name: string) => `${name}.partial`;
export const journalOf = (out: string) => `${out}.journal`;
export const lockOf = (out: string) => `${out}.lock`;

/** All that may lie beside a result, of any format, while it is made and after. */
export function besides(out: string): string[] {
  const lists = [`${out}.errors.jsonl`, `${out}.index.jsonl`];
  return [...lists, ...lists.map(partialOf), partialOf(out), journalOf(out), lockOf(out), draftOf(lockOf(out))];
}

/** What file systems allow, in bytes. */
const MOST_BYTES = 255;

/** @throws UsageError where a file beside the result could not have its name */
export function checkNameLength(out: string): void {
  const room = MOST_BYTES - Buffer.byteLength('.errors.jsonl.partial');
  const bytes = Buffer.byteLength(basename(out));
  if (bytes <= room) return;
  const where = `'${basename(out)}' in '${dirname(out)}'`;
  throw new UsageError(
    `${where}: the name has ${bytes} bytes, and with what is written beside it ${room} are the most`,
  );
}
