import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Image } from '../../image/image.js';
import { preprocess } from '../../image/preprocess.js';
import { type CompiledRecipe, compileRecipe } from '../../image/recipe/recipe.js';
import { loadModel, type Model } from '../../model/index.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { type CommandContext, defineCommand } from '../command.js';
import { listInputs } from '../files/list-inputs.js';
import { badFiles, carryOut, describeRows, prepareSharp } from '../jobs/carry-out.js';
import { digestOf, fingerprintOf, type Job, rowShape } from '../jobs/job.js';
import { JOB_OPTIONS, jobFacts, RESULT_OPTIONS } from '../jobs/job-options.js';
import { RECIPE_OPTIONS, readRecipeOptions } from '../jobs/recipe-options.js';
import { LINES } from '../jobs/rows.js';
import { runJob } from '../jobs/run-job.js';
import { flag, integer, single, text, type Values } from '../options.js';
import { type LineOptions, lineOf, rowOf } from '../run/line.js';
import { Printed } from '../run/printed.js';
import { UsageError } from '../usage-error.js';
import { packageVersion } from '../version.js';

/** Decoded images that wait, and those of a batch. */
const PIXELS_IN_MEMORY = 48 * 2 ** 20;
const BATCH_PIXELS = PIXELS_IN_MEMORY / 2;

const OPTIONS = {
  ...RECIPE_OPTIONS,
  top: single(integer('N', [1, 1000], { help: 'only the N largest values of the first output, with their places' })),
  labels: single(text('FILE', { help: 'a line for each place: its name' })),
  softmax: flag('make probabilities of the first output'),
  out: single(text('OUT', { help: 'a file in the place of lines that are printed: .npy or .jsonl', short: 'o' })),
  ...JOB_OPTIONS,
  ...RESULT_OPTIONS,
};

export const run = defineCommand({
  description:
    'Decodes images, prepares them as a recipe says, and runs an ONNX network on them. Prints a line of JSON for each image: ' +
    'its file, and the largest values of the first output with --top, or else all outputs; a file that is no good has an error ' +
    'instead. With -o OUT.jsonl the lines go to a file; with -o OUT.npy the first output goes to one for NumPy, ' +
    'OUT.npy.index.jsonl names the image of each row, and OUT.npy.errors.jsonl the files that were no good. Either goes on ' +
    'where it stopped when it is started again with the same words, and the result is the same to the last byte.',
  options: OPTIONS,
  positionals: { usage: 'MODEL INPUT…', min: 2, max: Number.POSITIVE_INFINITY },
  exitCodes: { 1: 'some images were no good, or the result could not be written' },
  examples: [
    ['convkit run net.onnx photos --preset imagenet --top 5 --labels names.txt', 'what is in each picture'],
    ['convkit run encoder.onnx photos --preset clip -o embeddings.npy', 'a row of numbers for each picture'],
  ],
  async run(values, [file, ...words], context) {
    const format = formatOf(values);
    const recipe = await readRecipeOptions(values);
    const files = await listInputs(words, values);
    const lines = { ...values, labels: values.labels === undefined ? undefined : await readLabels(values.labels) };
    await prepareSharp();
    const model = await loadModel(file);
    try {
      const network = { file, model, input: onlyInput(model) };
      const compiled = compileRecipe(recipe);
      const job: Job = {
        ...jobFacts({ ...values, batch: rowsAtOnce(network, values.batch) }, [PIXELS_IN_MEMORY, BATCH_PIXELS]),
        files,
        recipe: compiled,
        out: values.out ?? '',
        format,
        shape: format === 'npy' ? await rowShapeOf(network, compiled) : [],
        shardRows: 1,
        fingerprint: values.out === undefined ? '' : await fingerprint({ file, files, recipe, format, lines, values }),
        outcomesOf: (batch) => outcomesOf(network, batch, format === LINES ? lines : undefined),
      };
      return values.out === undefined ? await print(job, context) : await write(job, values, context);
    } finally {
      model.dispose();
    }
  },
});

type RunValues = Values<typeof OPTIONS>;

/** What `-o` asks for; lines where it is not there. */
function formatOf({ out, top, labels, softmax }: RunValues): 'npy' | typeof LINES {
  const extension = out === undefined ? '.jsonl' : extname(out);
  if (extension === '.jsonl') return LINES;
  if (extension !== '.npy') throw new UsageError(`'${out}' does not end with .npy or .jsonl`);
  const given = top !== undefined ? '--top' : labels !== undefined ? '--labels' : softmax ? '--softmax' : undefined;
  if (given !== undefined) throw new UsageError(`${given} is for lines, not for '${out}'`);
  return 'npy';
}

interface Network {
  readonly file: string;
  readonly model: Model;
  readonly input: Model['inputs'][number];
}

/** Not cancelled where the command is interrupted: that ends with a batch. */
async function outcomesOf({ model, input }: Network, batch: Tensor, lines: LineOptions | undefined) {
  const outputs = await model.run({ [input.name]: batch });
  const [first] = Object.values(outputs);
  return Array.from({ length: batch.shape[0] }, (_, row) =>
    lines === undefined ? { values: rowOf(first, row) } : { line: lineOf(outputs, row, lines) },
  );
}

/** What the network makes of an image, without the batch. */
async function rowShapeOf({ model, input }: Network, recipe: CompiledRecipe): Promise<Shape> {
  rowShape(recipe);
  const [side, channels] = [64, recipe.channels === 'grey' ? 1 : 3];
  const image = new Image(new Uint8Array(side * side * channels), side, side, channels);
  const outputs = await model.run({ [input.name]: preprocess([image], recipe) });
  return Object.values(outputs)[0].shape.slice(1);
}

function rowsAtOnce({ file, input }: Network, wanted: number): number {
  const fixed = input.shape?.[0] ?? -1;
  if (fixed > 1) throw new UsageError(`${file} takes ${fixed} images at a time, not any number`);
  return fixed === 1 ? 1 : wanted;
}

/** How many images go through the network together does not change what becomes of them. */
async function fingerprint(parts: {
  readonly file: string;
  readonly files: readonly string[];
  readonly recipe: unknown;
  readonly format: string;
  readonly lines: LineOptions;
  readonly values: RunValues;
}): Promise<string> {
  const { file, files, recipe, format, values } = parts;
  const { top, softmax, labels } = parts.lines;
  const { limitInputPixels: pixelLimit, failOn, ignoreIcc } = values;
  return fingerprintOf({
    ...{ version: packageVersion(), model: await digestOf(file), files, recipe, format, pixelLimit, failOn, ignoreIcc },
    ...{ top, softmax, labels },
  });
}

async function print(job: Job, { print, note, signal }: CommandContext): Promise<number> {
  const printed = new Printed(print);
  const ending = await runJob(job, printed, signal, () => {});
  if (ending === 'interrupted') return 130;
  if (ending !== 'complete') {
    note(`convkit run: ${ending.badFile}: ${ending.reason}`);
    return 1;
  }
  const { errors } = printed.mark;
  if (errors > 0) note(badFiles(errors));
  return errors > 0 ? 1 : 0;
}

async function write(job: Job, values: RunValues, context: CommandContext): Promise<number> {
  const done = await carryOut('run', job, values, context);
  if (typeof done === 'number') return done;
  const errors = done.mark?.errors ?? 0;
  const lines = job.format === LINES;
  context.print(lines ? `${job.out}: ${done.mark?.inputs ?? job.files.length} lines` : describeRows(job, done));
  if (errors > 0) context.note(lines ? badFiles(errors) : `${badFiles(errors)}: see ${job.out}.errors.jsonl`);
  return errors > 0 ? 1 : 0;
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
