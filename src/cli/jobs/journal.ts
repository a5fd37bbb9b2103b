import { type FileHandle, open, readFile } from 'node:fs/promises';

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
  readonly fingerprint: string;
  readonly mark: Mark;
  /** The result is complete, and only has to get its name. */
  readonly finished: boolean;
}

interface Line {
  readonly fingerprint?: string;
  readonly mark?: Mark;
  readonly finished?: true;
}

/** What a journal file says; undefined where there is none, or not even its first line was written. */
export async function readJournal(path: string): Promise<JournalState | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  let state: JournalState | undefined;
  // What follows the last new line was cut off while it was written.
  for (const written of text.split('\n').slice(0, -1)) {
    const line = parseLine(written);
    if (line === undefined) break;
    if (line.fingerprint !== undefined) {
      state = { fingerprint: line.fingerprint, mark: START, finished: false };
    }
    if (state === undefined) return undefined;
    state = {
      ...state,
      ...(line.mark === undefined ? {} : { mark: line.mark }),
      ...(line.finished === undefined ? {} : { finished: true }),
    };
  }
  return state;
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

  static async create(path: string, fingerprint: string): Promise<Journal> {
    const journal = new Journal(await open(path, 'w'));
    await journal.#append({ fingerprint });
    return journal;
  }

  /** Goes on behind the last line that is whole. */
  static async resume(path: string): Promise<Journal> {
    const bytes = await readFile(path);
    const file = await open(path, 'a');
    await file.truncate(bytes.lastIndexOf('\n') + 1);
    return new Journal(file);
  }

  mark(mark: Mark): Promise<void> {
    return this.#append({ mark });
  }

  finished(): Promise<void> {
    return this.#append({ finished: true });
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #append(line: Line): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(line)}\n`);
    await this.#file.datasync();
  }
}
