import { writeFile } from 'node:fs/promises';
import { FORMATS } from '../../bench/formats/formats.js';
import { table } from '../../bench/formats/table.js';
import { htmlReport } from '../../bench/html/report.js';
import { LeftOut } from '../../bench/peers/left-out.js';
import { installedPeers } from '../../bench/peers/peers.js';
import { type BenchResult, serializeResult } from '../../bench/result.js';
import { measure } from '../../bench/run/measure.js';
import { SUITES } from '../../bench/run/plans.js';
import { progressBar } from '../../bench/run/progress.js';
import { runtime, setBackend } from '../../runtime.js';
import { buildHash } from '../build-hash.js';
import { type CommandContext, defineCommand } from '../command.js';
import { requirePlaceFor } from '../files/place.js';
import { isSystemError } from '../files/system-error.js';
import { UsageError } from '../usage-error.js';
import { packageVersion } from '../version.js';
import { measureIsas } from './bench-isas.js';
import { BENCH_OPTIONS, type BenchValues, wordsFor } from './bench-options.js';
import { readResults } from './result-files.js';

const COMMAND_LINE = ['bench', ...process.argv.slice(3)];

export const bench = defineCommand({
  description:
    `Measures convkit on this machine: the suites ${SUITES.join(', ')}, ONNX files, or shapes in the notation of oneDNN's ` +
    'benchdnn. ' +
    'Shows the median of each case with its 95 % interval, GFLOP/s, the share of what this machine can do at most, and ' +
    'the algorithm that ran. Without a suite or a shape it measures the layers.',
  options: BENCH_OPTIONS,
  positionals: { usage: '[SUITE|FILE|SHAPE…]', min: 0, max: Number.POSITIVE_INFINITY },
  exitCodes: { 1: 'a case could not be measured, or a file not written' },
  examples: [
    ['convkit bench --html report.html', 'measures the layers and writes a page'],
    ['convkit bench networks --filter resnet --threads 1,2', "ResNet's convolutions, on one thread and on two"],
    ['convkit bench ic3ih224oc64kh7sh2ph3 --algorithm all', 'one convolution, by every algorithm that can do it'],
    ['convkit bench resnet50.onnx --peers', 'a whole network, beside onnxruntime-node where it is installed'],
    ['convkit bench --peers --threads 1', 'the layers, beside the other libraries that are installed'],
    ['convkit bench --isa avx512,avx2', 'what the wider vectors are worth'],
  ],
  async run(values, subjects, context) {
    const { print, paint, note } = context;
    for (const file of [values.json, values.html]) await requirePlaceFor(file);
    const history = await readResults(values.history);
    const chosen = subjects.length === 0 ? ['layers'] : subjects;
    const measured = await (values.isa.length === 0 ? measureHere : measureInChildren)(values, chosen, context);
    const result = withoutImpossible(measured, values.algorithm);
    print(
      values.format === undefined ? table(result, { color: paint('bold', '') !== '' }) : FORMATS[values.format](result),
    );
    const written = [
      await writeIfAsked(values.json, () => serializeResult(result), note),
      await writeIfAsked(values.html, () => htmlReport([...history, result]), note),
    ];
    return written.includes(false) || result.cases.some(({ error }) => error !== undefined) ? 1 : 0;
  },
});

async function measureHere(values: BenchValues, subjects: readonly string[], { note, signal }: CommandContext) {
  // Else the environment decides, as everywhere.
  if (values.backend !== 'auto') setBackend(values.backend);
  const leftOut = new LeftOut();
  const company = values.peers ? { peers: await installedPeers(note), onLeftOut: leftOut.add } : undefined;
  const request = {
    command: COMMAND_LINE,
    version: packageVersion(),
    build: buildHash(),
    roof: !values.noRoof,
    subjects,
    filters: values.filter,
    threads: values.threads.length === 0 ? [runtime().threads] : values.threads,
    algorithm: values.algorithm,
    models: values.models,
    inputShape: values.inputShape,
    sampling: { seconds: values.milliseconds / 1e3, samples: values.samples },
    company,
  };
  const result = await measure(request, progressBar(process.stderr), signal);
  for (const remark of leftOut.remarks()) note(remark);
  return result;
}

async function measureInChildren(values: BenchValues, subjects: readonly string[], context: CommandContext) {
  if (values.backend === 'typescript') throw new UsageError('--isa is for the native backend');
  const result = await measureIsas(values.isa, wordsFor(values, subjects), context);
  return { ...result, command: COMMAND_LINE };
}

/** Who asks for all algorithms knows that most cannot do most shapes. */
function withoutImpossible(result: BenchResult, algorithm: string): BenchResult {
  if (algorithm !== 'all') return result;
  return { ...result, cases: result.cases.filter(({ side, error }) => error === undefined || side !== 'convkit') };
}

/** Whether that went well: what was measured is printed all the same. */
async function writeIfAsked(path: string | undefined, content: () => string, note: (text: string) => void) {
  if (path === undefined) return true;
  try {
    await writeFile(path, content());
    note(`wrote ${path}`);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    note(`convkit bench: ${error.message}`);
    return false;
  }
}
