import { readFile } from 'node:fs/promises';
import { DEFAULT_PIXEL_LIMIT, openImage } from '../../image/decode.js';
import { preprocessAsync } from '../../image/preprocess.js';
import { type CompiledRecipe, compileRecipe } from '../../image/recipe/recipe.js';
import { loadSharp } from '../../image/sharp.js';
import { loadModel, type Model } from '../../model/index.js';
import { defineCommand } from '../command.js';
import { listInputs } from '../files/list-inputs.js';
import { isSystemError } from '../files/system-error.js';
import { flag, integer, single, text } from '../options.js';
import { type Decoded, decodeInOrder, decodersByDefault } from '../preprocess/decode-in-order.js';
import { RECIPE_OPTIONS, readRecipeOptions } from '../preprocess/recipe-options.js';
import { Lines } from '../run/lines.js';
import type { Output } from '../run/output.js';
import { Rows } from '../run/rows.js';
import { UsageError } from '../usage-error.js';

/** Decoded images that wait. */
const PIXELS_IN_MEMORY = 48 * 2 ** 20;
/** A batch is closed when its images have so many, whatever their number. */
const BATCH_PIXELS = PIXELS_IN_MEMORY / 2;

const OPTIONS = {
  ...RECIPE_OPTIONS,
  top: single(integer('N', [1, 1000], { help: 'only the N largest values of the first output, with their places' })),
  labels: single(text('FILE', { help: 'a line for each place: its name' })),
  softmax: flag('make probabilities of the first output'),
  out: single(text('OUT.npy', { help: 'a file for the first output, in the place of lines', short: 'o' })),
  overwrite: flag('replace a file that is there'),
  batch: single(integer('N', [1, 1024], { help: 'images in a run; 1 where the network takes one', default: 8 })),
  null: flag('names on standard input end with a zero byte'),
};

export const run = defineCommand({
  description:
    'Decodes images, prepares them as a recipe says, and runs an ONNX network on them. Prints a line of JSON for each image: ' +
    'its file, and the largest values of the first output with --top, or else all outputs; a file that is no good has an error ' +
    'instead. With -o OUT.npy the first output of all good images goes to a file for NumPy, and OUT.npy.index.jsonl names the ' +
    'image of each row.',
  options: OPTIONS,
  positionals: { usage: 'MODEL INPUT…', min: 2, max: Number.POSITIVE_INFINITY },
  exitCodes: { 1: 'some images were no good, or the result could not be written' },
  examples: [
    ['convkit run net.onnx photos --preset imagenet --top 5 --labels names.txt', 'what is in each picture'],
    ['convkit run encoder.onnx photos --preset clip -o embeddings.npy', 'a row of numbers for each picture'],
  ],
  async run(values, [file, ...words], context) {
    const recipe = compileRecipe(await readRecipeOptions(values));
    const files = await listInputs(words, values);
    const labels = values.labels === undefined ? undefined : await readLabels(values.labels);
    (await loadSharp('decodeImage')).concurrency(1);
    const model = await loadModel(file);
    try {
      const input = onlyInput(model);
      const fixed = input.shape?.[0] ?? -1;
      if (fixed > 1) throw new UsageError(`${file} takes ${fixed} images at a time, not any number`);
      const batchRows = fixed === 1 ? 1 : values.batch;
      const { print, note, signal } = context;
      const output =
        values.out === undefined
          ? new Lines(print, { ...values, labels })
          : await Rows.open(values.out, values.overwrite, note);
      const bad = await runAll({ model, input: input.name, recipe, files, batchRows, signal }, output);
      if (signal.aborted) return 130;
      if (bad > 0) note(`${bad} of ${files.length} images were no good`);
      return bad > 0 ? 1 : 0;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      context.note(`convkit run: ${error.message}`);
      return 1;
    } finally {
      model.dispose();
    }
  },
});

interface Batches {
  readonly model: Model;
  readonly input: string;
  readonly recipe: CompiledRecipe;
  readonly files: readonly string[];
  readonly batchRows: number;
  readonly signal: AbortSignal;
}

/** How many images were no good. */
async function runAll(batches: Batches, output: Output): Promise<number> {
  try {
    const bad = await runBatches(batches, output);
    await (batches.signal.aborted ? output.abandon() : output.finish());
    return bad;
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

async function runBatches(
  { model, input, recipe, files, batchRows, signal }: Batches,
  output: Output,
): Promise<number> {
  const channels = recipe.channels === 'grey' ? 1 : 3;
  const open = (file: string) => openImage(file, { channels, limitInputPixels: DEFAULT_PIXEL_LIMIT });
  const limits = { workers: decodersByDefault(), ahead: batchRows, pixels: PIXELS_IN_MEMORY, held: BATCH_PIXELS };
  let bad = 0;
  let batch: Extract<Decoded, { image: unknown }>[] = [];
  const flush = async () => {
    const done = batch;
    batch = [];
    if (done.length === 0) return;
    const x = await preprocessAsync(
      done.map(({ image }) => image),
      recipe,
    );
    for (const { release } of done) release();
    const outputs = await model.run({ [input]: x }, { signal });
    for (const [row, { file }] of done.entries()) await output.good(file, outputs, row);
  };
  for await (const decoded of decodeInOrder(files, open, limits)) {
    if (signal.aborted) break;
    if ('reason' in decoded) {
      // In its place among the others.
      await flush();
      bad++;
      output.bad(decoded.file, decoded.reason);
    } else {
      batch.push(decoded);
      if (batch.length === batchRows || pixelsOf(batch) >= BATCH_PIXELS) await flush();
    }
  }
  if (!signal.aborted) await flush();
  return bad;
}

function pixelsOf(batch: readonly { readonly pixels: number }[]): number {
  return batch.reduce((sum, { pixels }) => sum + pixels, 0);
}

function onlyInput(model: Model): Model['inputs'][number] {
  if (model.inputs.length === 1) return model.inputs[0];
  const names = model.inputs.map(({ name }) => name).join(', ');
  throw new UsageError(`the network has ${model.inputs.length} inputs (${names}); this command feeds one`);
}

async function readLabels(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/);
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
