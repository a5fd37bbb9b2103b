import { ConvkitError } from '../../errors.js';
import { openImage } from '../../image/decode.js';
import { preprocess } from '../../image/preprocess.js';
import type { Tensor } from '../../tensor.js';
import { type Decoded, decodeInOrder } from './decode-in-order.js';
import type { Job, Outcome } from './job.js';
import { LINES, rowSize } from './rows.js';
import type { Done, Sink } from './sink.js';

/** A batch is closed when so many inputs have been looked at, most of which may be bad. */
const BATCH_INPUTS = 1024;

/** How a run ended. */
export type Ending = 'complete' | 'interrupted' | { readonly badFile: string; readonly reason: string };

/** Told after each batch. */
export type OnBatch = (inputs: number, errors: number) => void;

/** Does what is left of a job. */
export async function runJob(job: Job, sink: Sink, signal: AbortSignal, onBatch: OnBatch): Promise<Ending> {
  const files = job.files.slice(sink.mark.inputs);
  const { failOn, ignoreIcc, pixelLimit: limitInputPixels } = job;
  const channels = job.recipe.channels === 'grey' ? 1 : 3;
  const open = (file: string) => openImage(file, { channels, limitInputPixels, failOn, ignoreIcc });
  let batch: Decoded[] = [];
  const flush = async () => {
    const done = batch;
    batch = [];
    if (done.length > 0) await append(job, sink, done);
    onBatch(sink.mark.inputs, sink.mark.errors);
  };
  for await (const decoded of decodeInOrder(files, open, job.limits)) {
    if (signal.aborted) break;
    batch.push(decoded);
    if (job.strict && 'reason' in decoded) {
      batch.pop();
      await flush();
      await sink.pause();
      return { badFile: decoded.file, reason: decoded.reason };
    }
    if (isFull(batch, job, sink.mark.rows)) await flush();
  }
  await flush();
  if (signal.aborted) {
    await sink.pause();
    return 'interrupted';
  }
  await sink.finish();
  return 'complete';
}

/** Batches end where shards do, so that a shard's end can be marked. */
function isFull(batch: readonly Decoded[], { batchRows, shardRows, format, limits }: Job, rowsBefore: number): boolean {
  const good = batch.filter((one) => 'image' in one);
  const pixels = good.reduce((sum, one) => sum + one.pixels, 0);
  const shardEnds = format === 'safetensors' && (rowsBefore + good.length) % shardRows === 0 && good.length > 0;
  return good.length >= batchRows || pixels >= limits.held || batch.length >= BATCH_INPUTS || shardEnds;
}

async function append(job: Job, sink: Sink, batch: readonly Decoded[]): Promise<void> {
  const prepared = prepare(job, batch);
  for (const one of batch) if ('image' in one) one.release();
  const results: Computed[] = [];
  for (const { images, input } of prepared) {
    const outcomes = (input === undefined ? [] : await job.outcomesOf(input)).values();
    for (const one of images) results.push('reason' in one ? one : { ...one, ...outcomes.next().value });
  }
  await sink.append(job.format === LINES ? linesOf(results) : rowsOf(results, rowSize(job.shape), sink.mark.rows));
}

/** An image that went through the recipe, or a file that gave none. */
type Prepared = { readonly file: string } & (
  | { readonly width: number; readonly height: number }
  | { readonly reason: string }
);
type Computed = Prepared & Outcome;

/**
 * All images at once; where one of them is refused, each by itself, so that the others stay.
 *
 * On this thread, with the pool's help, while others decode: nobody waits for this one, and an asynchronous run would copy all
 * images first, a sixth of what a folder of JPEGs takes.
 */
function prepare(job: Job, batch: readonly Decoded[]): { images: readonly Prepared[]; input: Tensor | undefined }[] {
  const good = batch.flatMap((one) => ('image' in one ? [one.image] : []));
  try {
    const input = good.length === 0 ? undefined : preprocess(good, job.recipe);
    const images = batch.map((one) => {
      if ('reason' in one) return one;
      const { width, height } = one.image;
      return { file: one.file, width, height };
    });
    return [{ images, input }];
  } catch (error) {
    if (!(error instanceof ConvkitError)) throw error;
    if (batch.length > 1) return batch.flatMap((one) => prepare(job, [one]));
    return [{ images: [{ file: batch[0].file, reason: error.message }], input: undefined }];
  }
}

/** Rows, an index of them, and a list of what gave none. */
function rowsOf(results: readonly Computed[], size: number, rowsBefore: number): Done {
  const good = results.filter((one) => !('reason' in one));
  const bad = results.filter((one) => 'reason' in one);
  const values = new Float32Array(good.length * size);
  const index = good.map(({ values: row, ...image }, i) => {
    values.set(row ?? [], i * size);
    return { row: rowsBefore + i, ...image };
  });
  return { inputs: results.length, values, index: text(index), errors: text(bad), errorCount: bad.length };
}

/** A line each, in their order. */
function linesOf(results: readonly Computed[]): Done {
  const lines = results.map((one) =>
    'reason' in one ? { file: one.file, error: one.reason } : { file: one.file, ...one.line },
  );
  const errorCount = results.filter((one) => 'reason' in one).length;
  return { inputs: results.length, values: new Float32Array(), index: text(lines), errors: '', errorCount };
}

function text(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
