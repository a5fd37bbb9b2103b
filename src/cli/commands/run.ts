import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Image } from '../../image/image.js';
import { preprocess } from '../../image/preprocess.js';
import { type CompiledRecipe, compileRecipe } from '../../image/recipe/recipe.js';
import { loadModel } from '../../model/index.js';
import type { Shape } from '../../shape.js';
import { messageOf } from '../../thrown.js';
import { type CommandContext, defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { listInputs } from '../files/list-inputs.js';
import { badFiles, carryOut, describeRows, prepareSharp } from '../jobs/carry-out.js';
import { type Job, type Outcome, rowShape } from '../jobs/job.js';
import { type JobFacts, jobFactsOf } from '../jobs/job-facts.js';
import { JOB_OPTIONS, jobFacts, RESULT_OPTIONS } from '../jobs/job-options.js';
import { checkResultPlace, withoutSlash } from '../jobs/place.js';
import { RECIPE_OPTIONS, readRecipeOptions } from '../jobs/recipe-options.js';
import { LINES } from '../jobs/rows.js';
import { runJob } from '../jobs/run-job.js';
import { withoutOwn } from '../jobs/without-own.js';
import { flag, integer, single, text, type Values } from '../options.js';
import { type LineOptions, lineOf } from '../run/line.js';
import { modelFacts } from '../run/model-facts.js';
import { Network } from '../run/network.js';
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
  exitCodes: {
    1: 'some images were no good, or the result could not be written',
    [EXIT.busy]: 'another process is writing the same result',
  },
  examples: [
    ['convkit run net.onnx photos --preset imagenet --top 5 --labels names.txt', 'what is in each picture'],
    ['convkit run encoder.onnx photos --preset clip -o embeddings.npy', 'a row of numbers for each picture'],
  ],
  async run(values, [file, ...words], context) {
    const format = formatOf(values);
    const recipe = await readRecipeOptions(values);
    const out = withoutSlash(values.out ?? '');
    const inputs = await listInputs(words, values);
    const { files, unreadable, remarks } = values.out === undefined ? inputs : await withoutOwn(inputs, out);
    for (const remark of remarks) context.note(remark);
    if (values.out !== undefined) await checkResultPlace({ out, files: [file, ...files] }, values);
    const lines = { ...values, labels: values.labels === undefined ? undefined : await readLabels(values.labels) };
    await prepareSharp();
    const model = await loadModel(file);
    try {
      const network = new Network(file, model, context.note);
      const compiled = compileRecipe(recipe);
      const job: Job = {
        ...jobFacts({ ...values, batch: network.atOnce(values.batch) }, [PIXELS_IN_MEMORY, BATCH_PIXELS]),
        files,
        unreadable,
        recipe: compiled,
        out,
        format,
        shape: format === 'npy' ? await rowShapeOf(network, compiled) : [],
        shardRows: 1,
        facts: await factsOf({ file, files, recipe, format, lines, values }),
        outcomesOf: async (batch) =>
          (await network.outputsOf(batch)).map((outputs) => outcomeOf(outputs, format, lines)),
      };
      return values.out === undefined ? await print(job, context) : await write(job, values, context);
    } finally {
      model.dispose();
    }
  },
});

type RunValues = Values<typeof OPTIONS>;

/** What `-o` asks for; lines where it is not there. */
function formatOf({ out, top, labels, softmax, restart, overwrite }: RunValues): 'npy' | typeof LINES {
  if (out === undefined) {
    const vain = restart ? '--restart' : overwrite ? '--overwrite' : undefined;
    if (vain !== undefined)
      throw new UsageError(`${vain} is for a result on the disk, and lines are printed: give -o OUT`);
    return LINES;
  }
  const extension = extname(out);
  if (extension === '.jsonl') return LINES;
  if (extension !== '.npy') throw new UsageError(`'${out}' does not end with .npy or .jsonl`);
  const given = top !== undefined ? '--top' : labels !== undefined ? '--labels' : softmax ? '--softmax' : undefined;
  if (given !== undefined) throw new UsageError(`${given} is for lines, not for '${out}'`);
  return 'npy';
}

function outcomeOf(outputs: ReadonlyMap<string, Float32Array>, format: string, lines: LineOptions): Outcome {
  return format === LINES ? { line: lineOf(outputs, lines) } : { values: [...outputs.values()][0] };
}

/** What the network makes of an image, without the batch. */
async function rowShapeOf(network: Network, recipe: CompiledRecipe): Promise<Shape> {
  rowShape(recipe);
  const [side, channels] = [64, recipe.channels === 'grey' ? 1 : 3];
  const image = new Image(new Uint8Array(side * side * channels), side, side, channels);
  return network.rowShape((count) =>
    preprocess(
      Array.from({ length: count }, () => image),
      recipe,
    ),
  );
}

/** How many images go through the network together does not change what becomes of them. */
async function factsOf(parts: {
  readonly file: string;
  readonly files: readonly string[];
  readonly recipe: unknown;
  readonly format: string;
  readonly lines: LineOptions;
  readonly values: RunValues;
}): Promise<JobFacts> {
  const { file, files, recipe, format, values } = parts;
  // Nothing is kept of lines that are printed.
  if (values.out === undefined) return { settings: {}, names: '', files: '' };
  const { top, softmax, labels } = parts.lines;
  const { limitInputPixels: pixelLimit, failOn, ignoreIcc } = values;
  const decoding = { pixelLimit, failOn, ignoreIcc };
  const settings = { version: packageVersion(), model: await modelFacts(file), recipe, format, ...decoding };
  return jobFactsOf({ ...settings, top, softmax, labels }, files);
}

async function print(job: Job, { print, note, signal }: CommandContext): Promise<number> {
  const printed = new Printed(print);
  const ending = await runJob(job, printed, signal, () => {});
  if (ending === 'interrupted') return EXIT.interrupted;
  if (ending !== 'complete') {
    note(`convkit run: ${ending.badFile}: ${ending.reason}`);
    return 1;
  }
  const { mark } = printed;
  if (mark.errors > 0) note(badFiles(mark));
  return mark.errors > 0 ? 1 : 0;
}

async function write(job: Job, values: RunValues, context: CommandContext): Promise<number> {
  const done = await carryOut('run', job, values, context);
  if (typeof done === 'number') return done;
  const { mark } = done;
  const lines = job.format === LINES;
  context.print(lines ? `${job.out}: ${mark.inputs} lines` : describeRows(job, done));
  if (mark.errors > 0) context.note(lines ? badFiles(mark) : `${badFiles(mark)}: see ${job.out}.errors.jsonl`);
  return mark.errors > 0 ? 1 : 0;
}

async function readLabels(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/);
  } catch (error) {
    throw new UsageError(`${path}: ${messageOf(error)}`);
  }
}
