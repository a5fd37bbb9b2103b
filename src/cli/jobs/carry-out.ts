import { loadSharp } from '../../image/sharp.js';
import type { CommandContext } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { isSystemError } from '../files/system-error.js';
import type { Values } from '../options.js';
import type { Job } from './job.js';
import type { RESULT_OPTIONS } from './job-options.js';
import type { Mark } from './journal.js';
import { duration, Progress } from './progress.js';
import { runJob } from './run-job.js';
import { Work } from './work.js';

/** A thread each: files are decoded side by side, which keeps all processors busy without any of them waiting for another. */
export async function prepareSharp(): Promise<void> {
  const sharp = await loadSharp('decodeImage');
  sharp.concurrency(1);
  sharp.cache(false);
}

/** What was done, by this run and by those before it. */
export interface Completion {
  readonly mark: Mark;
  readonly seconds: number;
}

/**
 * Does a job whose result is on the disk, from where an earlier run left it, and shows how it goes.
 *
 * @returns an exit code where it came to no result, which has been said
 */
export async function carryOut(
  command: string,
  job: Job,
  values: Values<typeof RESULT_OPTIONS>,
  { note, signal }: CommandContext,
): Promise<Completion | number> {
  const started = performance.now();
  const progress = new Progress(process.stderr, job.files.length);
  let work: Work | undefined;
  try {
    work = await Work.open(job, { ...values, syncMs: 1e3 * values.syncSeconds });
    const before = work.resumed.inputs;
    if (before > 0) note(`going on after ${before} of ${job.files.length} images`);
    progress.begin(before);
    const show = values.quiet ? () => {} : (inputs: number, errors: number) => progress.show(inputs, errors);
    const ending = await runJob(job, work, signal, show);
    progress.clear();
    if (ending === 'interrupted') {
      note(`interrupted after ${work.mark.inputs} of ${job.files.length} images; ${goesOn(work)}`);
      return EXIT.interrupted;
    }
    if (ending !== 'complete') {
      note(`convkit ${command}: ${ending.badFile}: ${ending.reason}`);
      return 1;
    }
    return { mark: work.mark, seconds: (performance.now() - started) / 1e3 };
  } catch (error) {
    progress.clear();
    if (!isSystemError(error)) throw error;
    note(`convkit ${command}: ${error.message}${work === undefined ? '' : `; ${goesOn(work)}`}`);
    return 1;
  } finally {
    await work?.close().catch(() => {});
  }
}

/** What of it is on the disk: a shard only where it is full. */
function goesOn({ saved: { inputs } }: Work): string {
  return inputs === 0 ? 'the same words begin anew' : `the same words go on after ${inputs}`;
}

/** One line about a result of rows that is complete. */
export function describeRows({ out, shape }: Job, { mark, seconds }: Completion): string {
  return `${out}: [${[mark.rows, ...shape].join(', ')}] in ${duration(seconds)}`;
}

/** Files that were no good, where there were some. */
export function badFiles({ errors, inputs }: Mark): string {
  if (errors === inputs) return `none of ${inputs} file${inputs === 1 ? '' : 's'} was good`;
  return `${errors} file${errors === 1 ? ' was' : 's were'} no good`;
}
