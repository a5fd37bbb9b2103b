import { ConvkitError } from '../../errors.js';
import { openImage } from '../../image/decode.js';
import { preprocess } from '../../image/preprocess.js';
import type { Tensor } from '../../tensor.js';
import { requireFile } from '../files/require-file.js';
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
  const open = async (file: string) => {
    const unreadable = job.unreadable.get(file);
    if (unreadable !== undefined) throw new Error(unreadable);
    await requireFile(file);
    return openImage(file, { channels, limitInputPixels, failOn, ignoreIcc });
  };
  let batch: Decoded[] = [];
  const flush = async () => {
    const done = batch;
    batch = [];
    const bad = done.length > 0 ? await append(job, sink, done) : undefined;
    onBatch(sink.mark.inputs, sink.mark.errors);
    return bad;
  };
  for await (const decoded of decodeInOrder(files, open, job.limits)) {
    if (signal.aborted) break;
    batch.push(decoded);
    const ends = job.strict && 'reason' in decoded;
    const bad = ends || isFull(batch, job, sink.mark.rows) ? await flush() : undefined;
    if (bad !== undefined) return stop(sink, bad);
  }
  const bad = await flush();
  if (bad !== undefined) return stop(sink, bad);
  if (signal.aborted) {
    await sink.pause();
    return 'interrupted';
  }
  await sink.finish();
  return 'complete';
}

async function stop(sink: Sink, { file, reason }: Bad): Promise<Ending> {
  await sink.pause();
  return { badFile: file, reason };
}

/** Batches end where shards do, so that a shard's end can be marked. */
function isFull(batch: readonly Decoded[], { batchRows, shardRows, format, limits }: Job, rowsBefore: number): boolean {
  const good = batch.filter((one) => 'image' in one);
  const pixels = good.reduce((sum, one) => sum + one.pixels, 0);
  const shardEnds = format === 'safetensors' && (rowsBefore + good.length) % shardRows === 0 && good.length > 0;
  return good.length >= batchRows || pixels >= limits.held || batch.length >= BATCH_INPUTS || shardEnds;
}

/** Whatever is wrong with a file, where the first one ends the run it is told, and only what came before it is kept. */
async function append(job: Job, sink: Sink, batch: readonly Decoded[]): Promise<Bad | undefined> {
  const prepared = prepare(job, batch);
  for (const one of batch) if ('image' in one) one.release();
  const results: Computed[] = [];
  for (const { images, input } of prepared) {
    const outcomes = (input === undefined ? [] : await job.outcomesOf(input)).values();
    for (const one of images) results.push(isBad(one) ? one : resultOf(one, outcomes.next().value ?? {}, job));
  }
  const bad = job.strict ? results.findIndex(isBad) : -1;
  const good = bad < 0 ? results : results.slice(0, bad);
  if (good.length > 0) {
    await sink.append(job.format === LINES ? linesOf(good) : rowsOf(good, rowSize(job.shape), sink.mark.rows));
  }
  return results.slice(bad < 0 ? results.length : bad).find(isBad);
}

/** Rows must be alike: of another one there is no place in the result. */
function resultOf(image: Picture, { values, line, reason }: Outcome, { shape, format }: Job): Computed {
  if (reason !== undefined) return { file: image.file, reason };
  if (line !== undefined) return { ...image, line };
  if (format !== LINES && values?.length === rowSize(shape)) return { ...image, values };
  return { file: image.file, reason: `it gives ${values?.length ?? 0} values, and a row has [${shape.join(', ')}]` };
}

/** An image that went through the recipe, or a file that gave none. */
type Picture = { readonly file: string; readonly width: number; readonly height: number };
type Bad = { readonly file: string; readonly reason: string };
type Prepared = Picture | Bad;
type Computed = (Picture & Pick<Outcome, 'values' | 'line'>) | Bad;

function isBad(one: Prepared | Computed): one is Bad {
  return 'reason' in one;
}

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
  const good = results.flatMap((one) => (isBad(one) ? [] : [one]));
  const bad = results.filter(isBad);
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
    isBad(one) ? { file: one.file, error: one.reason } : { file: one.file, ...one.line },
  );
  const errorCount = results.filter(isBad).length;
  return { inputs: results.length, values: new Float32Array(), index: text(lines), errors: '', errorCount };
}

function text(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
