import { type FileHandle, rename, rm, stat } from 'node:fs/promises';
import { openBehind, refuseExisting, syncFolderOf, writeAt } from '../files/durable.js';
import { UsageError } from '../usage-error.js';
import { FileRows } from './file-rows.js';
import type { Job } from './job.js';
import { Journal, type Mark, readJournal, START } from './journal.js';
import type { RowWriter } from './rows.js';
import { ShardRows } from './shard-rows.js';

/** The files of a result, each beside its name while it is not complete. */
function namesOf(out: string) {
  const names = { rows: out, index: `${out}.index.jsonl`, errors: `${out}.errors.jsonl` };
  const partial = Object.fromEntries(Object.entries(names).map(([part, name]) => [part, `${name}.partial`]));
  return { names, partial: partial as typeof names, journal: `${out}.journal` };
}

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
export class Work {
  /** Where this run began. */
  readonly resumed: Mark;
  readonly #out: string;
  readonly #rows: RowWriter;
  readonly #index: FileHandle;
  readonly #errors: FileHandle;
  readonly #journal: Journal;
  readonly #syncMs: number;
  #mark: Mark;
  #marked = performance.now();

  private constructor(
    job: Job,
    mark: Mark,
    parts: { syncMs: number; rows: RowWriter; index: FileHandle; errors: FileHandle; journal: Journal },
  ) {
    this.#out = job.out;
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
  static async open(job: Job, { overwrite, restart, syncMs }: Manner): Promise<Work | undefined> {
    const { partial, journal } = namesOf(job.out);
    const state = restart ? undefined : await readJournal(journal);
    if (state === undefined) await refuseExisting(job.out, overwrite);
    else if (state.fingerprint !== job.fingerprint) throw otherRun(job.out);
    if (state?.finished) {
      await publish(job.out);
      return undefined;
    }
    const mark = state?.mark ?? START;
    if (state === undefined)
      for (const path of Object.values(partial)) await rm(path, { recursive: true, force: true });
    return new Work(job, mark, {
      syncMs,
      journal: state === undefined ? await Journal.create(journal, job.fingerprint) : await Journal.resume(journal),
      rows: await openRows(job, partial.rows, mark),
      index: await openBehind(partial.index, mark.indexBytes),
      errors: await openBehind(partial.errors, mark.errorBytes),
    });
  }

  /** How far it has come. */
  get mark(): Mark {
    return this.#mark;
  }

  /** Appends what came of some inputs, and marks it now and then where the rows are durable. */
  async append(done: {
    inputs: number;
    values: Float32Array;
    index: string;
    errors: string;
    errorCount: number;
  }): Promise<void> {
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
    await publish(this.#out);
  }

  /** Leaves the work as it is, for another run to go on with. */
  async pause(): Promise<void> {
    await this.#save();
  }

  async close(): Promise<void> {
    for (const file of [this.#rows, this.#index, this.#errors, this.#journal]) await file.close();
  }
}

function openRows({ format, shape, shardRows }: Job, path: string, { rows: keep }: Mark): Promise<RowWriter> {
  const facts = { path, shape, keep };
  return format === 'safetensors' ? ShardRows.open(facts, shardRows) : FileRows.open(facts, format);
}

/** Renames what is complete; a run that is killed meanwhile has the next one do the rest. */
async function publish(out: string): Promise<void> {
  const { names, partial, journal } = namesOf(out);
  for (const part of ['rows', 'index', 'errors'] as const) {
    const facts = await stat(partial[part]).catch(() => undefined);
    if (facts === undefined) continue;
    await rm(names[part], { recursive: true, force: true });
    // No errors are no file.
    if (part === 'errors' && facts.size === 0) await rm(partial[part]);
    else await rename(partial[part], names[part]);
  }
  await syncFolderOf(out);
  await rm(journal, { force: true });
}

function otherRun(out: string): UsageError {
  return new UsageError(
    `'${out}' was begun with other inputs, another recipe or another version: --restart begins anew, or finish it with the same words as before`,
  );
}
