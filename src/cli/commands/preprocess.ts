import { extname } from 'node:path';
import { DEFAULT_PIXEL_LIMIT, FAIL_ON } from '../../image/decode.js';
import { compileRecipe } from '../../image/recipe/recipe.js';
import { loadSharp } from '../../image/sharp.js';
import { type CommandContext, defineCommand } from '../command.js';
import { listInputs } from '../files/list-inputs.js';
import { isSystemError } from '../files/system-error.js';
import { choice, flag, integer, single, text, type Values } from '../options.js';
import { decodersByDefault } from '../preprocess/decode-in-order.js';
import { fingerprintOf, type Job, rowShape } from '../preprocess/job.js';
import { duration, Progress } from '../preprocess/progress.js';
import { RECIPE_OPTIONS, readRecipeOptions } from '../preprocess/recipe-options.js';
import { FORMATS, type Format, rowSize } from '../preprocess/rows.js';
import { type Ending, runJob } from '../preprocess/run-job.js';
import { Work } from '../preprocess/work.js';
import { UsageError } from '../usage-error.js';
import { packageVersion } from '../version.js';

/** Decoded images that wait: 288 MB of RGB. */
const PIXELS_IN_MEMORY = 96 * 2 ** 20;
/** A batch is closed when its images have so many, whatever their number. */
const BATCH_PIXELS = 32 * 2 ** 20;
/** A shard of more bytes than this needs that much memory while it is filled. */
const SHARD_BYTES = 256 * 2 ** 20;

const FORMAT = choice(Object.keys(FORMATS) as Format[], { help: 'of the result; as its name ends by default' });

const DAMAGE = choice(FAIL_ON, { help: 'the least damage that a file is refused for', default: 'warning' });

const OPTIONS = {
  out: single(text('OUT', { help: 'the result: a file, or a folder of shards', short: 'o' })),
  ...RECIPE_OPTIONS,
  format: single(FORMAT),
  shardRows: single(integer('N', [1, 1_000_000], { help: 'images in a shard; as many as 256 MB hold by default' })),
  workers: single(integer('N', [1, 256], { help: 'files decoded at a time; four, or one a processor, by default' })),
  syncSeconds: single(
    integer('N', [0, 3600], { help: 'how often what is done is made to last; 0 for each batch', default: 2 }),
  ),
  batch: single(integer('N', [1, 4096], { help: 'images computed together', default: 8 })),
  limitInputPixels: single(
    integer('N', [1, 2 ** 40], { help: 'images of more pixels are refused', default: DEFAULT_PIXEL_LIMIT }),
  ),
  failOn: single(DAMAGE),
  strict: flag('stop at the first file that is no good'),
  overwrite: flag('replace a result that is there'),
  restart: flag('forget what an interrupted run has done'),
  null: flag('names on standard input end with a zero byte, as with find -print0'),
  dryRun: flag('show what would be done'),
  json: flag('print one JSON object at the end'),
  quiet: flag('show no progress', 'q'),
};

export const preprocess = defineCommand({
  description:
    'Decodes images and makes of them the input of a network: one row of float32 an image, [N, C, H, W]. An input is a file, a ' +
    'folder, a pattern in quotes, or - for names on standard input. Beside the result, OUT.index.jsonl names the image of each ' +
    'row, and OUT.errors.jsonl the files that were no good, and why. A run that was interrupted or killed goes on when it is ' +
    'started again with the same words, and the result is the same to the last byte. Decoding needs the package sharp.',
  options: OPTIONS,
  positionals: { usage: 'INPUT…', min: 1, max: Number.POSITIVE_INFINITY },
  exitCodes: { 1: 'with --strict a file was no good, or the result could not be written' },
  examples: [
    [
      'convkit preprocess photos -o photos.npy --preset imagenet',
      'a folder, as classifiers trained on ImageNet take it',
    ],
    ["convkit preprocess 'in/**/*.png' -o out --format safetensors --letterbox 640", 'shards of images in a frame'],
    ['find . -name "*.jpg" | convkit preprocess - -o all.npy --resize 256 --crop 224', 'names from elsewhere'],
  ],
  async run(values, words, context) {
    const job = await readJob(values, words);
    if (values.dryRun) return describe(job, context);
    const sharp = await loadSharp('decodeImage');
    // A thread each: files are decoded side by side, which keeps all processors busy without any of them waiting for another.
    sharp.concurrency(1);
    sharp.cache(false);
    const started = performance.now();
    const progress = new Progress(process.stderr, job.files.length);
    let work: Work | undefined;
    try {
      work = await Work.open(job, { ...values, syncMs: 1e3 * values.syncSeconds });
      const before = work?.resumed.inputs ?? 0;
      if (before > 0) context.note(`going on after ${before} of ${job.files.length} images`);
      progress.begin(before);
      const show = values.quiet ? () => {} : (inputs: number, errors: number) => progress.show(inputs, errors);
      const ending = work === undefined ? 'complete' : await runJob(job, work, context.signal, show);
      progress.clear();
      const seconds = (performance.now() - started) / 1e3;
      return report({ ending, job, values, context, mark: work?.mark, seconds });
    } catch (error) {
      progress.clear();
      if (!isSystemError(error)) throw error;
      context.note(`convkit preprocess: ${error.message}; the same words go on where it stopped`);
      return 1;
    } finally {
      await work?.close().catch(() => {});
    }
  },
});

async function readJob(values: Values<typeof OPTIONS>, words: readonly string[]): Promise<Job> {
  const { out } = values;
  if (out === undefined) throw new UsageError('expected -o OUT, where the result shall be');
  const recipe = await readRecipeOptions(values);
  const compiled = compileRecipe(recipe);
  const shape = rowShape(compiled);
  const files = await listInputs(words, values);
  const format = values.format ?? formatOf(out);
  const shardRows = values.shardRows ?? Math.max(1, Math.floor(SHARD_BYTES / (4 * rowSize(shape))));
  const { limitInputPixels: pixelLimit, failOn } = values;
  const facts = { version: packageVersion(), files, recipe, format, pixelLimit, failOn };
  return {
    files,
    recipe: compiled,
    out,
    format,
    shape,
    shardRows,
    pixelLimit,
    failOn,
    fingerprint: fingerprintOf(format === 'safetensors' ? { ...facts, shardRows } : facts),
    limits: {
      workers: values.workers ?? decodersByDefault(),
      ahead: 4 * values.batch,
      pixels: PIXELS_IN_MEMORY,
      held: BATCH_PIXELS,
    },
    batchRows: values.batch,
    strict: values.strict,
  };
}

function formatOf(out: string): Format {
  const extension = extname(out);
  if (extension === '.npy') return 'npy';
  if (extension === '.bin' || extension === '.raw') return 'raw';
  if (extension === '')
    throw new UsageError(`'${out}' does not say what it shall be: end it with .npy, or give --format`);
  throw new UsageError(`'${out}' does not end with .npy, .bin or .raw: give --format`);
}

function describe({ files, format, shape, out }: Job, { print }: CommandContext): number {
  for (const file of files) print(file);
  print(`${files.length} images → ${out}: ${format}, [${[files.length, ...shape].join(', ')}] of float32`);
  return 0;
}

interface Outcome {
  readonly ending: Ending;
  readonly job: Job;
  readonly values: Values<typeof OPTIONS>;
  readonly context: CommandContext;
  readonly mark: Work['mark'] | undefined;
  readonly seconds: number;
}

function report({ ending, job, values, context, mark, seconds }: Outcome): number {
  const { print, note } = context;
  if (ending === 'interrupted') {
    note(`interrupted after ${mark?.inputs} of ${job.files.length} images; the same words go on from there`);
    return 130;
  }
  if (ending !== 'complete') {
    note(`convkit preprocess: ${ending.badFile}: ${ending.reason}`);
    return 1;
  }
  if (values.json) {
    const { rows, errors } = mark ?? {};
    print(JSON.stringify({ out: job.out, format: job.format, shape: [rows, ...job.shape], rows, errors, seconds }));
    return 0;
  }
  if (mark === undefined) {
    print(`${job.out}: complete`);
    return 0;
  }
  print(`${job.out}: [${[mark.rows, ...job.shape].join(', ')}] in ${duration(seconds)}`);
  if (mark.errors > 0) {
    note(`${mark.errors} file${mark.errors === 1 ? ' was' : 's were'} no good: see ${job.out}.errors.jsonl`);
  }
  return 0;
}
