import { readFile } from 'node:fs/promises';
import { DEFAULT_PIXEL_LIMIT, openImage } from '../../image/decode.js';
import { preprocessAsync } from '../../image/preprocess.js';
import { type CompiledRecipe, compileRecipe } from '../../image/recipe/recipe.js';
import { loadSharp } from '../../image/sharp.js';
import { loadModel, type Model } from '../../model/index.js';
import type { Tensor } from '../../tensor.js';
import { type CommandContext, defineCommand } from '../command.js';
import { listInputs } from '../files/list-inputs.js';
import { flag, integer, single, text } from '../options.js';
import { type Decoded, decodeInOrder, decodersByDefault } from '../preprocess/decode-in-order.js';
import { FileRows } from '../preprocess/file-rows.js';

import { RECIPE_OPTIONS, readRecipeOptions } from '../preprocess/recipe-options.js';
import { UsageError } from '../usage-error.js';

/** Decoded images that wait. */
const PIXELS_IN_MEMORY = 48 * 2 ** 20;

const OPTIONS = {
  ...RECIPE_OPTIONS,
  top: single(integer('N', [1, 1000], { help: 'only the N largest values of the first output, with their places' })),
  labels: single(text('FILE', { help: 'a line for each place: its name' })),
  softmax: flag('make probabilities of the first output'),
  out: single(text('OUT.npy', { help: 'a file for the first output, in the place of lines', short: 'o' })),
  batch: single(integer('N', [1, 1024], { help: 'images in a run; 1 where the network takes one', default: 8 })),
  null: flag('names on standard input end with a zero byte'),
};

export const run = defineCommand({
  description:
    'Decodes images, prepares them as a recipe says, and runs an ONNX network on them. Prints a line of JSON for each image: ' +
    'its file, and the largest values of the first output with --top, or else all outputs; a file that is no good has an error ' +
    'instead. With -o OUT.npy the first output of all images goes to a file for NumPy.',
  options: OPTIONS,
  positionals: { usage: 'MODEL INPUT…', min: 2, max: Number.POSITIVE_INFINITY },
  exitCodes: { 1: 'some images were no good' },
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
      const output = values.out === undefined ? new Lines(context, values, labels) : new Rows(values.out, context);
      const bad = await runAll({ model, input: input.name, recipe, files, batchRows, signal: context.signal }, output);
      await output.finish();
      if (context.signal.aborted) return 130;
      if (bad > 0) context.note(`${bad} of ${files.length} images were no good`);
      return bad > 0 ? 1 : 0;
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

/** What becomes of results. */
interface Output {
  good(file: string, outputs: Readonly<Record<string, Tensor>>, row: number): void | Promise<void>;
  bad(file: string, reason: string): void;
  finish(): Promise<void>;
}

async function runAll({ model, input, recipe, files, batchRows, signal }: Batches, output: Output): Promise<number> {
  const channels = recipe.channels === 'grey' ? 1 : 3;
  const open = (file: string) => openImage(file, { channels, limitInputPixels: DEFAULT_PIXEL_LIMIT });
  const limits = { workers: decodersByDefault(), ahead: batchRows, pixels: PIXELS_IN_MEMORY };
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
      if (batch.length === batchRows || pixelsOf(batch) > PIXELS_IN_MEMORY / 2) await flush();
    }
  }
  if (!signal.aborted) await flush();
  return bad;
}

function pixelsOf(batch: readonly { readonly pixels: number }[]): number {
  return batch.reduce((sum, { pixels }) => sum + pixels, 0);
}

/** A line of JSON an image. */
class Lines implements Output {
  readonly #context: CommandContext;
  readonly #options: { readonly top: number | undefined; readonly softmax: boolean };
  readonly #labels: readonly string[] | undefined;

  constructor(
    context: CommandContext,
    options: { readonly top: number | undefined; readonly softmax: boolean },
    labels: readonly string[] | undefined,
  ) {
    this.#context = context;
    this.#options = options;
    this.#labels = labels;
  }

  good(file: string, outputs: Readonly<Record<string, Tensor>>, row: number): void {
    const { top, softmax } = this.#options;
    const rows = Object.entries(outputs).map(([name, tensor], i) => {
      const values = rowOf(tensor, row);
      return [name, softmax && i === 0 ? probabilities(values) : values] as const;
    });
    const content =
      top === undefined
        ? { outputs: Object.fromEntries(rows.map(([name, values]) => [name, Array.from(values)])) }
        : { top: largest(rows[0][1], top).map((place) => this.#named(place, rows[0][1][place])) };
    this.#context.print(JSON.stringify({ file, ...content }));
  }

  bad(file: string, reason: string): void {
    this.#context.print(JSON.stringify({ file, error: reason }));
  }

  async finish(): Promise<void> {}

  #named(place: number, value: number) {
    return { place, ...(this.#labels === undefined ? {} : { label: this.#labels[place] }), value };
  }
}

/** A row of a .npy file an image; those that are no good have none. */
class Rows implements Output {
  readonly #path: string;
  readonly #context: CommandContext;
  #rows: FileRows | undefined;

  constructor(path: string, context: CommandContext) {
    this.#path = path;
    this.#context = context;
  }

  async good(_: string, outputs: Readonly<Record<string, Tensor>>, row: number): Promise<void> {
    const [tensor] = Object.values(outputs);
    this.#rows ??= await FileRows.open({ path: this.#path, shape: tensor.shape.slice(1), keep: 0 }, 'npy');
    await this.#rows.write(rowOf(tensor, row));
  }

  bad(file: string, reason: string): void {
    this.#context.note(`${file}: ${reason}`);
  }

  async finish(): Promise<void> {
    await this.#rows?.finish();
    await this.#rows?.close();
  }
}

function rowOf({ data, shape }: Tensor, row: number): Float32Array {
  const size = data.length / shape[0];
  return data.subarray(row * size, (row + 1) * size);
}

function probabilities(values: Float32Array): Float32Array {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Places of the largest values, the largest first; of equal ones the first. */
function largest(values: Float32Array, count: number): number[] {
  const places = Array.from(values.keys());
  return places.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
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
