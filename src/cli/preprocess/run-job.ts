import { ConvkitError } from '../../errors.js';
import { openImage } from '../../image/decode.js';
import type { Image } from '../../image/image.js';
import { preprocess } from '../../image/preprocess.js';
import { type Decoded, decodeInOrder } from './decode-in-order.js';
import type { Job } from './job.js';
import { rowSize } from './rows.js';
import type { Work } from './work.js';

/** A batch is closed when so many inputs have been looked at, most of which may be bad. */
const BATCH_INPUTS = 1024;

/** How a run ended. */
export type Ending = 'complete' | 'interrupted' | { readonly badFile: string; readonly reason: string };

/** Told after each batch. */
export type OnBatch = (inputs: number, errors: number) => void;

/** Does what is left of a job. */
export async function runJob(job: Job, work: Work, signal: AbortSignal, onBatch: OnBatch): Promise<Ending> {
  const files = job.files.slice(work.mark.inputs);
  const { failOn, pixelLimit: limitInputPixels } = job;
  const channels = job.recipe.channels === 'grey' ? 1 : 3;
  const open = (file: string) => openImage(file, { channels, limitInputPixels, failOn });
  let batch: Decoded[] = [];
  const flush = async () => {
    const done = batch;
    batch = [];
    if (done.length > 0) await append(job, work, done);
    onBatch(work.mark.inputs, work.mark.errors);
  };
  for await (const decoded of decodeInOrder(files, open, job.limits)) {
    if (signal.aborted) break;
    batch.push(decoded);
    if (job.strict && 'reason' in decoded) {
      batch.pop();
      await flush();
      await work.pause();
      return { badFile: decoded.file, reason: decoded.reason };
    }
    if (isFull(batch, job, work.mark.rows)) await flush();
  }
  await flush();
  if (signal.aborted) {
    await work.pause();
    return 'interrupted';
  }
  await work.finish();
  return 'complete';
}

/** Batches end where shards do, so that a shard's end can be marked. */
function isFull(batch: readonly Decoded[], { batchRows, shardRows, format, limits }: Job, rowsBefore: number): boolean {
  const good = batch.filter((one) => 'image' in one);
  const pixels = good.reduce((sum, one) => sum + one.pixels, 0);
  const shardEnds = format === 'safetensors' && (rowsBefore + good.length) % shardRows === 0 && good.length > 0;
  return good.length >= batchRows || pixels >= limits.held || batch.length >= BATCH_INPUTS || shardEnds;
}

async function append(job: Job, work: Work, batch: readonly Decoded[]): Promise<void> {
  const results = compute(job, batch);
  for (const one of batch) if ('image' in one) one.release();
  const size = rowSize(job.shape);
  const good = results.filter((one) => 'row' in one);
  const values = new Float32Array(good.length * size);
  good.forEach(({ row }, i) => {
    values.set(row, i * size);
  });
  const bad = results.filter((one) => 'reason' in one);
  await work.append({
    inputs: batch.length,
    values,
    index: lines(good.map(({ file, width, height }, i) => ({ row: work.mark.rows + i, file, width, height }))),
    errors: lines(bad.map(({ file, reason }) => ({ file, reason }))),
    errorCount: bad.length,
  });
}

type Computed = { readonly file: string } & (
  | { readonly row: Float32Array; readonly width: number; readonly height: number }
  | { readonly reason: string }
);

/** All images in one run; where one of them is refused, each by itself, so that the others stay. */
function compute(job: Job, batch: readonly Decoded[]): Computed[] {
  const good = batch.filter((one) => 'image' in one);
  try {
    const rows =
      good.length === 0
        ? []
        : rowsOf(
            good.map(({ image }) => image),
            job,
          );
    const left = rows.values();
    return batch.map((one) =>
      'image' in one ? computed(one.file, one.image, left.next().value as Float32Array) : one,
    );
  } catch (error) {
    if (!(error instanceof ConvkitError)) throw error;
    if (batch.length === 1) return [{ file: batch[0].file, reason: error.message }];
    const each: Computed[] = [];
    for (const one of batch) each.push(...compute(job, [one]));
    return each;
  }
}

function computed(file: string, { width, height }: Image, row: Float32Array): Computed {
  return { file, row, width, height };
}

/**
 * On this thread, with the pool's help, while others decode: nobody waits for this one, and an asynchronous run would copy all
 * images first, a sixth of what a folder of JPEGs takes.
 */
function rowsOf(images: readonly Image[], { recipe, shape }: Job): Float32Array[] {
  const { data } = preprocess(images, recipe);
  const size = rowSize(shape);
  return images.map((_, i) => data.subarray(i * size, (i + 1) * size));
}

function lines(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
