import { type FileHandle, rename, rm, stat } from 'node:fs/promises';
import { openBehind, refuseExisting, syncFolderOf, writeAt } from '../files/durable.js';
import { UsageError } from '../usage-error.js';
import { FileRows } from './file-rows.js';
import type { Result } from './job.js';
import { Journal, type Mark, readJournal, START } from './journal.js';
import { NoRows } from './no-rows.js';
import { LINES, type RowWriter } from './rows.js';
import { ShardRows } from './shard-rows.js';
import type { Done, Sink } from './sink.js';

/** The files of a result, each beside its name while it is not complete. Lines are an index without rows. */
function namesOf({ out, format }: Result) {
  const index = format === LINES ? out : `${out}.index.jsonl`;
  const names = { rows: format === LINES ? undefined : out, index, errors: `${out}.errors.jsonl` };
  return { names, journal: `${out}.journal` };
}

const partialOf = (name: string) => `${name}.partial`;

/** What to do with what is there already, and how to go on. */
export interface Manner {
  /** Replace a complete result. */
  readonly overwrite: boolean;
  /** Forget an incomplete one. */
  readonly restart: boolean;
  /** Between two marks: each waits for the disk. */
  readonly syncMs: number;
}

/** A result in the making, on the disk: whenever the process ends, the next run goes on from the last mark. */
export class Work implements Sink {
  /** Where this run began. */
  readonly resumed: Mark;
  readonly #result: Result;
  readonly #rows: RowWriter;
  readonly #index: FileHandle;
  readonly #errors: FileHandle;
  readonly #journal: Journal;
  readonly #syncMs: number;
  #mark: Mark;
  #marked = performance.now();

  private constructor(
    result: Result,
    mark: Mark,
    parts: { syncMs: number; rows: RowWriter; index: FileHandle; errors: FileHandle; journal: Journal },
  ) {
    this.#result = result;
    this.#mark = mark;
    this.resumed = mark;
    this.#rows = parts.rows;
    this.#index = parts.index;
    this.#errors = parts.errors;
    this.#journal = parts.journal;
    this.#syncMs = parts.syncMs;
  }

  /**
   * Opens the work of a job, new or where an earlier run left it; undefined where that one had only to give the result its
   * name, which is now done.
   *
   * @throws UsageError where something is in the way
   */
  static async open(result: Result, { overwrite, restart, syncMs }: Manner): Promise<Work | undefined> {
    const { names, journal } = namesOf(result);
    const state = restart ? undefined : await readJournal(journal);
    if (state === undefined) await refuseExisting(result.out, overwrite);
    else if (state.fingerprint !== result.fingerprint) throw otherRun(result.out);
    if (state?.finished) {
      await publish(result);
      return undefined;
    }
    const mark = state?.mark ?? START;
    if (state === undefined) {
      for (const name of Object.values(names)) {
        if (name !== undefined) await rm(partialOf(name), { recursive: true, force: true });
      }
    }
    return new Work(result, mark, {
      syncMs,
      journal: state === undefined ? await Journal.create(journal, result.fingerprint) : await Journal.resume(journal),
      rows: await openRows(result, mark),
      index: await openBehind(partialOf(names.index), mark.indexBytes),
      errors: await openBehind(partialOf(names.errors), mark.errorBytes),
    });
  }

  /** How far it has come. */
  get mark(): Mark {
    return this.#mark;
  }

  /** Appends what came of some inputs, and marks it now and then where the rows are durable. */
  async append(done: Done): Promise<void> {
    const { inputs, indexBytes, errorBytes, errors } = this.#mark;
    await this.#rows.write(done.values);
    const [index, lines] = [Buffer.from(done.index), Buffer.from(done.errors)];
    await writeAt(this.#index, index, indexBytes);
    await writeAt(this.#errors, lines, errorBytes);
    this.#mark = {
      inputs: inputs + done.inputs,
      rows: this.#rows.rows,
      indexBytes: indexBytes + index.length,
      errorBytes: errorBytes + lines.length,
      errors: errors + done.errorCount,
    };
    if (performance.now() - this.#marked < this.#syncMs) return;
    await this.#save();
  }

  /** Makes what is done last, as far as the format allows. */
  async #save(): Promise<void> {
    this.#marked = performance.now();
    await this.#rows.sync();
    if (this.#rows.durableRows !== this.#rows.rows) return;
    await Promise.all([this.#index.datasync(), this.#errors.datasync()]);
    await this.#journal.mark(this.#mark);
  }

  /** Completes the result and gives it its name. */
  async finish(): Promise<void> {
    await this.#rows.finish();
    await Promise.all([this.#index.sync(), this.#errors.sync()]);
    await this.#journal.mark(this.#mark);
    await this.#journal.finished();
    await this.close();
    await publish(this.#result);
  }

  /** Leaves the work as it is, for another run to go on with. */
  async pause(): Promise<void> {
    await this.#save();
  }

  async close(): Promise<void> {
    for (const file of [this.#rows, this.#index, this.#errors, this.#journal]) await file.close();
  }
}

async function openRows(result: Result, { rows: keep }: Mark): Promise<RowWriter> {
  const { out, format, shape, shardRows } = result;
  if (format === LINES) return new NoRows();
  const facts = { path: partialOf(out), shape, keep };
  return format === 'safetensors' ? ShardRows.open(facts, shardRows) : FileRows.open(facts, format);
}

/** Renames what is complete; a run that is killed meanwhile has the next one do the rest. */
async function publish(result: Result): Promise<void> {
  const { names, journal } = namesOf(result);
  for (const [part, name] of Object.entries(names)) {
    if (name === undefined) continue;
    const facts = await stat(partialOf(name)).catch(() => undefined);
    if (facts === undefined) continue;
    await rm(name, { recursive: true, force: true });
    // No errors are no file.
    if (part === 'errors' && facts.size === 0) await rm(partialOf(name));
    else await rename(partialOf(name), name);
  }
  await syncFolderOf(result.out);
  await rm(journal, { force: true });
}

function otherRun(out: string): UsageError {
  return new UsageError(
    `'${out}' was begun with other inputs, another recipe or another version: --restart begins anew, or finish it with the same words as before`,
  );
}
