import { type FileHandle, open } from 'node:fs/promises';
import { factsOf, openRegular } from '../files/regular.js';
import { UsageError } from '../usage-error.js';
import type { JobFacts } from './job-facts.js';

/** How far a run has come, for good. */
export interface Mark {
  /** Inputs that are done with, good or bad. */
  readonly inputs: number;
  /** Rows of the result. */
  readonly rows: number;
  /** Bytes of the index and of the list of errors. */
  readonly indexBytes: number;
  readonly errorBytes: number;
  /** Bad inputs among `inputs`. */
  readonly errors: number;
}

export const START: Mark = { inputs: 0, rows: 0, indexBytes: 0, errorBytes: 0, errors: 0 };

/** What a journal says: of which run it is, and how far that came. */
export interface JournalState {
  readonly facts: JobFacts;
  readonly mark: Mark;
  /** The result is complete, and only has to get its name; of another one, if that was to be replaced. */
  readonly finished: { readonly overwrite: boolean } | undefined;
}

/** The first line's beginning, by which a journal is known for one. */
const FORMAT = 'convkit-journal/1';
const BEGINNING = `{"journal":"${FORMAT}"`;

interface Line {
  readonly journal?: string;
  readonly facts?: JobFacts;
  readonly mark?: Mark;
  readonly finished?: { readonly overwrite: boolean };
}

/**
 * What a journal file says; undefined where there is none, 'torn' where not even its first line was written.
 *
 * @throws UsageError where it is something else
 */
export async function readJournal(path: string): Promise<JournalState | 'torn' | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  if (!text.includes('\n') && (BEGINNING.startsWith(text) || text.startsWith(BEGINNING))) return 'torn';
  let state: JournalState | undefined;
  // What follows the last new line was cut off while it was written.
  for (const written of text.split('\n').slice(0, -1)) {
    const line = parseLine(written);
    if (line === undefined) break;
    if (line.journal === FORMAT && line.facts !== undefined)
      state = { facts: line.facts, mark: START, finished: undefined };
    if (state === undefined) break;
    state = { ...state, ...pick(line) };
  }
  if (state === undefined) throw new UsageError(`'${path}' is no journal of convkit: it is left alone; move it away`);
  return state;
}

function pick({ mark, finished }: Line): Partial<JournalState> {
  return { ...(mark === undefined ? {} : { mark }), ...(finished === undefined ? {} : { finished }) };
}

async function readText(path: string): Promise<string | undefined> {
  if ((await factsOf(path)) === undefined) return undefined;
  const file = await openRegular(path, 'r');
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function parseLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Appends to a journal; every line is on the disk when its call resolves. */
export class Journal {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Where there is nothing of the name. */
  static async create(path: string, facts: JobFacts): Promise<Journal> {
    const journal = new Journal(await open(path, 'wx'));
    await journal.#append({ journal: FORMAT, facts });
    return journal;
  }

  /** Goes on behind the last line that is whole. */
  static async resume(path: string): Promise<Journal> {
    const file = await openRegular(path, 'a+');
    const bytes = await file.readFile();
    await file.truncate(bytes.lastIndexOf('\n') + 1);
    return new Journal(file);
  }

  mark(mark: Mark): Promise<void> {
    return this.#append({ mark });
  }

  finished(overwrite: boolean): Promise<void> {
    return this.#append({ finished: { overwrite } });
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #append(line: Line): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(line)}\n`);
    await this.#file.datasync();
  }
}
