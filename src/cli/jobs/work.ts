import { type FileHandle, rmdir } from 'node:fs/promises';
import { openBehind, syncFolderOf, writeAt } from '../files/durable.js';
import { factsOf, kindOf, notOurs } from '../files/regular.js';
import { Lock } from '../lock/lock.js';
import { UsageError } from '../usage-error.js';
import { FileRows } from './file-rows.js';
import type { Result } from './job.js';
import { whyOther } from './job-facts.js';
import { Journal, type JournalState, type Mark, readJournal, START } from './journal.js';
import { foreignNames, removeFile, removeShards } from './manifest.js';
import { journalOf, lockOf, partialOf, partsOf } from './names.js';
import { NoRows } from './no-rows.js';
import { publish } from './publish.js';
import { LINES, type RowWriter } from './rows.js';
import { ShardRows } from './shard-rows.js';
import type { Done, Sink } from './sink.js';
import { checkTargets } from './targets.js';

/** What to do with what is there already, and how to go on. */
export interface Manner {
  /** Replace a complete result. */
  readonly overwrite: boolean;
  /** Forget an incomplete one. */
  readonly restart: boolean;
  /** Between two marks: each waits for the disk. */
  readonly syncMs: number;
}

/** What is written while a job is done. */
interface Files {
  readonly rows: RowWriter;
  readonly index: FileHandle;
  /** Lines have none. */
  readonly errors: FileHandle | undefined;
  readonly journal: Journal;
}

/** A result in the making, on the disk: whenever the process ends, the next run goes on from the last mark. */
export class Work implements Sink {
  /** Where this run began. */
  readonly resumed: Mark;
  readonly #result: Result;
  readonly #manner: Manner;
  readonly #lock: Lock;
  /** None where an earlier run had only to give the result its name. */
  readonly #files: Files | undefined;
  #mark: Mark;
  #saved: Mark;
  #savedAt = performance.now();

  private constructor(result: Result, manner: Manner, lock: Lock, { mark, files }: { mark: Mark; files?: Files }) {
    this.#result = result;
    this.#manner = manner;
    this.#lock = lock;
    this.#files = files;
    this.#mark = mark;
    this.#saved = mark;
    this.resumed = mark;
  }

  /**
   * Opens the work of a job, new or where an earlier run left it, for this process alone.
   *
   * @throws LockedError where another process is at it; UsageError where something is in the way
   */
  static async open(result: Result, manner: Manner): Promise<Work> {
    const lock = await Lock.take(lockOf(result.out), `'${result.out}'`);
    try {
      const found = await readJournal(journalOf(result.out));
      if (found === undefined || found === 'torn' || manner.restart) {
        await checkTargets(result, manner.overwrite);
        await removeLeftovers(result, found !== undefined);
        return new Work(result, manner, lock, { mark: START, files: await openFiles(result, START, true) });
      }
      const why = whyOther(found.facts, result.facts, result.files, found.mark.inputs);
      if (why !== undefined) throw otherRun(result.out, why);
      return await Work.#resume(result, manner, lock, found);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  static async #resume(result: Result, manner: Manner, lock: Lock, { mark, finished }: JournalState): Promise<Work> {
    if (finished !== undefined) {
      const overwrite = manner.overwrite || finished.overwrite;
      return new Work(result, { ...manner, overwrite }, lock, { mark });
    }
    await checkTargets(result, manner.overwrite);
    return new Work(result, manner, lock, { mark, files: await openFiles(result, mark, false) });
  }

  /** How far it has come. */
  get mark(): Mark {
    return this.#mark;
  }

  /** From where another run would go on. */
  get saved(): Mark {
    return this.#saved;
  }

  /** Appends what came of some inputs, and marks it now and then where the rows are durable. */
  async append(done: Done): Promise<void> {
    const { rows, index, errors } = this.#open();
    const { mark } = this;
    await rows.write(done.values);
    const [lines, bad] = [Buffer.from(done.index), Buffer.from(done.errors)];
    await writeAt(index, lines, mark.indexBytes);
    if (errors !== undefined) await writeAt(errors, bad, mark.errorBytes);
    this.#mark = {
      inputs: mark.inputs + done.inputs,
      rows: rows.rows,
      indexBytes: mark.indexBytes + lines.length,
      errorBytes: mark.errorBytes + bad.length,
      errors: mark.errors + done.errorCount,
    };
    // A shard is on the disk as soon as it is full.
    const madeDurable = rows.durableRows === rows.rows && rows.durableRows > this.#saved.rows;
    if (madeDurable || performance.now() - this.#savedAt >= this.#manner.syncMs) await this.#save();
  }

  #open(): Files {
    if (this.#files === undefined) throw new Error('this work is complete');
    return this.#files;
  }

  /** Makes what is done last, as far as the format allows. */
  async #save(): Promise<void> {
    const { rows, index, errors, journal } = this.#open();
    this.#savedAt = performance.now();
    await rows.sync();
    if (rows.durableRows !== rows.rows) return;
    await Promise.all([index.datasync(), errors?.datasync()]);
    await journal.mark(this.#mark);
    this.#saved = this.#mark;
  }

  /** Completes the result and gives it its name. */
  async finish(): Promise<void> {
    if (this.#files !== undefined) {
      const { rows, index, errors, journal } = this.#files;
      await rows.finish();
      await Promise.all([index.sync(), errors?.sync()]);
      await journal.mark(this.#mark);
      this.#saved = this.#mark;
      await journal.finished(this.#manner.overwrite);
      await closeFiles(this.#files);
    }
    await publish(this.#result, this.#manner.overwrite);
  }

  /** Leaves the work as it is, for another run to go on with. */
  async pause(): Promise<void> {
    if (this.#files !== undefined) await this.#save();
  }

  async close(): Promise<void> {
    try {
      if (this.#files !== undefined) await closeFiles(this.#files);
    } finally {
      await this.#lock.release();
    }
  }
}

/** All that were opened: one that cannot be closed keeps no other from it. */
async function closeFiles({ rows, index, errors, journal }: Partial<Files>): Promise<void> {
  await Promise.allSettled([rows, index, errors, journal].map((file) => file?.close()));
}

async function openFiles(result: Result, mark: Mark, isNew: boolean): Promise<Files> {
  const path = journalOf(result.out);
  const journal = isNew ? await Journal.create(path, result.facts) : await Journal.resume(path);
  const files: { -readonly [Name in keyof Files]?: Files[Name] } = { journal };
  try {
    // What is beside it is ours because of it, also after a power cut.
    if (isNew) await syncFolderOf(path);
    const rows = await openRows(result, mark);
    files.rows = rows;
    const names = new Map(partsOf(result));
    const index = await openBehind(partialOf(names.get('index') ?? result.out), mark.indexBytes);
    files.index = index;
    const errors = names.get('errors');
    files.errors = errors === undefined ? undefined : await openBehind(partialOf(errors), mark.errorBytes);
    return { rows, index, errors: files.errors, journal };
  } catch (error) {
    await closeFiles(files);
    throw error;
  }
}

async function openRows({ out, format, shape, shardRows }: Result, { rows: keep }: Mark): Promise<RowWriter> {
  if (format === LINES) return new NoRows();
  const facts = { path: partialOf(out), shape, keep };
  return format === 'safetensors' ? ShardRows.open(facts, shardRows) : FileRows.open(facts, format);
}

/**
 * Removes what an earlier run left.
 *
 * @param known Whether a journal says that there was one; without it, what has such a name is somebody else's.
 * @throws UsageError where it is not ours
 */
async function removeLeftovers(result: Result, known: boolean): Promise<void> {
  const there: { readonly partial: string; readonly isFolder: boolean }[] = [];
  // All of it is looked at before any of it is removed.
  for (const [, name] of partsOf(result)) {
    const partial = partialOf(name);
    const facts = await factsOf(partial);
    if (facts === undefined) continue;
    if (!known) {
      throw new UsageError(
        `'${partial}' is ${kindOf(facts)} that no journal of convkit knows: move it away, or remove it`,
      );
    }
    const isFolder = facts.isDirectory();
    if (!isFolder && !facts.isFile()) throw notOurs(partial, facts);
    if (isFolder) await refuseForeign(partial);
    there.push({ partial, isFolder });
  }
  for (const { partial, isFolder } of there) {
    if (!isFolder) await removeFile(partial);
    else {
      await removeShards(partial);
      await rmdir(partial);
    }
  }
  // Last: as long as anything of ours is there, it says so.
  await removeFile(journalOf(result.out));
}

async function refuseForeign(partial: string): Promise<void> {
  const [foreign] = await foreignNames(partial);
  if (foreign === undefined) return;
  throw new UsageError(`'${partial}' holds '${foreign}', which is not of convkit: move it away`);
}

function otherRun(out: string, why: string): UsageError {
  return new UsageError(`'${out}' was begun ${why}: --restart begins anew, or finish it with the same words as before`);
}
