import { extname } from 'node:path';
import { compileRecipe } from '../../image/recipe/recipe.js';
import { type CommandContext, defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { listInputs } from '../files/list-inputs.js';
import { badFiles, carryOut, describeRows, prepareSharp } from '../jobs/carry-out.js';
import { type Job, rowShape } from '../jobs/job.js';
import { jobFactsOf } from '../jobs/job-facts.js';
import { JOB_OPTIONS, jobFacts, RESULT_OPTIONS } from '../jobs/job-options.js';
import { checkResultPlace, withoutSlash } from '../jobs/place.js';
import { RECIPE_OPTIONS, readRecipeOptions } from '../jobs/recipe-options.js';
import { FORMATS, type Format, rowSize } from '../jobs/rows.js';
import { withoutOwn } from '../jobs/without-own.js';
import { choice, flag, integer, single, text, type Values } from '../options.js';
import { UsageError } from '../usage-error.js';
import { packageVersion } from '../version.js';

/** Decoded images that wait: 288 MB of RGB. A batch is closed when its images have so many pixels, whatever their number. */
const PIXELS_IN_MEMORY = 96 * 2 ** 20;
const BATCH_PIXELS = 32 * 2 ** 20;
/** A shard of more bytes than this needs that much memory while it is filled. */
const SHARD_BYTES = 256 * 2 ** 20;

const FORMAT = choice(Object.keys(FORMATS) as Format[], { help: 'of the result; as its name ends by default' });

const OPTIONS = {
  out: single(text('OUT', { help: 'the result: a file, or a folder of shards', short: 'o' })),
  ...RECIPE_OPTIONS,
  format: single(FORMAT),
  shardRows: single(integer('N', [1, 1_000_000], { help: 'images in a shard; as many as 256 MB hold by default' })),
  ...JOB_OPTIONS,
  ...RESULT_OPTIONS,
  dryRun: flag('show what would be done'),
  json: flag('print one JSON object at the end'),
};

export const preprocess = defineCommand({
  description:
    'Decodes images and makes of them the input of a network: one row of float32 an image, [N, C, H, W]. An input is a file, a ' +
    'folder, a pattern in quotes, or - for names on standard input. Beside the result, OUT.index.jsonl names the image of each ' +
    'row, and OUT.errors.jsonl the files that were no good, and why. A run that was interrupted or killed goes on when it is ' +
    'started again with the same words, and the result is the same to the last byte. Decoding needs the package sharp.',
  options: OPTIONS,
  positionals: { usage: 'INPUT…', min: 1, max: Number.POSITIVE_INFINITY },
  exitCodes: {
    1: 'some images were no good, or the result could not be written',
    [EXIT.busy]: 'another process is writing the same result',
  },
  examples: [
    [
      'convkit preprocess photos -o photos.npy --preset imagenet',
      'a folder, as classifiers trained on ImageNet take it',
    ],
    ["convkit preprocess 'in/**/*.png' -o out --format safetensors --letterbox 640", 'shards of images in a frame'],
    ['find . -name "*.jpg" | convkit preprocess - -o all.npy --resize 256 --crop 224', 'names from elsewhere'],
  ],
  async run(values, words, context) {
    const job = await readJob(values, words, context);
    if (values.dryRun) return describe(job, context);
    await checkResultPlace(job, values);
    await prepareSharp();
    const done = await carryOut('preprocess', job, values, context);
    if (typeof done === 'number') return done;
    const { mark, seconds } = done;
    const { rows, errors } = mark;
    if (values.json) {
      const { out, format, shape } = job;
      context.print(JSON.stringify({ out, format, shape: [rows, ...shape], rows, errors, seconds }));
    } else {
      context.print(describeRows(job, done));
    }
    if (errors > 0) context.note(`${badFiles(mark)}: see ${job.out}.errors.jsonl`);
    return errors > 0 ? 1 : 0;
  },
});

async function readJob(
  values: Values<typeof OPTIONS>,
  words: readonly string[],
  { note }: CommandContext,
): Promise<Job> {
  if (values.out === undefined) throw new UsageError('expected -o OUT, where the result shall be');
  const out = withoutSlash(values.out);
  const recipe = await readRecipeOptions(values);
  const compiled = compileRecipe(recipe);
  const shape = rowShape(compiled);
  const size = rowSize(shape);
  const format = values.format ?? formatOf(out);
  const { files, unreadable, remarks } = await withoutOwn(await listInputs(words, values), out);
  for (const remark of remarks) note(remark);
  const shardRows = values.shardRows ?? Math.max(1, Math.floor(SHARD_BYTES / (4 * size)));
  const { limitInputPixels: pixelLimit, failOn, ignoreIcc } = values;
  const settings = { version: packageVersion(), recipe, format, pixelLimit, failOn, ignoreIcc };
  return {
    ...jobFacts(values, [PIXELS_IN_MEMORY, BATCH_PIXELS]),
    files,
    unreadable,
    recipe: compiled,
    out,
    format,
    shape,
    shardRows,
    facts: await jobFactsOf(format === 'safetensors' ? { ...settings, shardRows } : settings, files),
    outcomesOf: async ({ data, shape: [rows] }) =>
      Array.from({ length: rows }, (_, i) => ({ values: data.subarray(i * size, (i + 1) * size) })),
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
