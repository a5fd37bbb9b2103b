import { writeFile } from 'node:fs/promises';
import { FORMATS, type FormatName } from '../../bench/formats/formats.js';
import { table } from '../../bench/formats/table.js';
import { htmlReport } from '../../bench/html/report.js';
import { type BenchResult, serializeResult } from '../../bench/result.js';
import { measure } from '../../bench/run/measure.js';
import { SUITES } from '../../bench/run/plans.js';
import { progressBar } from '../../bench/run/progress.js';
import { runtime, setBackend } from '../../runtime.js';
import { defineCommand } from '../command.js';
import { choice, flag, integer, list, single, text } from '../options.js';
import { packageVersion } from '../version.js';
import { readResults } from './result-files.js';

const MOST_THREADS = 1024;
const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

// Apart from `single`, which would widen the types of what they read.
const BACKEND = choice(['auto', 'native', 'typescript'], { help: 'who computes', default: 'auto' });
const ALGORITHM = choice(['auto', 'all', 'direct', 'gemm', 'winograd', 'depthwise', 'fft'], {
  help: "how convolutions are computed; 'all' compares those that can do a shape",
  default: 'auto',
});
const JSON_FILE = text('FILE', { help: 'write the result file, for `bench compare` and for later' });
const HTML_FILE = text('FILE', { help: 'write a page that stands alone: plots, roofline, history' });
const FORMAT = choice(FORMAT_NAMES, { help: 'print for another tool instead of the table' });

export const bench = defineCommand({
  description:
    `Measures convkit on this machine: the suites ${SUITES.join(', ')}, or shapes in the notation of oneDNN's benchdnn. ` +
    'Shows the median of each case with its 95 % interval, GFLOP/s, the share of what this machine can do at most, and ' +
    'the algorithm that ran. Without a suite or a shape it measures the layers.',
  options: {
    filter: list(text('TEXT', { help: 'only cases with this in their name' })),
    threads: list(integer('N', [1, MOST_THREADS], { help: 'numbers of threads; all that are there by default' })),
    backend: single(BACKEND),
    algorithm: single(ALGORITHM),
    milliseconds: single(integer('N', [1, 600_000], { help: 'how long a case is sampled', default: 500 })),
    samples: single(integer('N', [1, 10_000], { help: 'samples that a case has at least', default: 12 })),
    noRoof: flag('do not measure what this machine can do at most'),
    json: single(JSON_FILE),
    html: single(HTML_FILE),
    history: list(text('FILE', { help: 'earlier result files, oldest first, for the page' })),
    format: single(FORMAT),
  },
  positionals: { usage: '[SUITE|SHAPE…]', min: 0, max: Number.POSITIVE_INFINITY },
  exitCodes: { 1: 'a case could not be measured' },
  examples: [
    ['convkit bench --html report.html', 'measures the layers and writes a page'],
    ['convkit bench networks --filter resnet --threads 1,2', "ResNet's convolutions, on one thread and on two"],
    ['convkit bench ic3ih224oc64kh7sh2ph3 --algorithm all', 'one convolution, by every algorithm that can do it'],
  ],
  async run(values, subjects, { print, paint, note, signal }) {
    const history = await readResults(values.history);
    setBackend(values.backend);
    const request = {
      command: ['bench', ...process.argv.slice(3)],
      version: packageVersion(),
      subjects: subjects.length === 0 ? ['layers'] : subjects,
      filters: values.filter,
      threads: values.threads.length === 0 ? [runtime().threads] : values.threads,
      algorithm: values.algorithm,
      roof: !values.noRoof,
      sampling: { seconds: values.milliseconds / 1e3, samples: values.samples },
    };
    const result = withoutImpossible(await measure(request, progressBar(process.stderr), signal), values.algorithm);
    print(
      values.format === undefined ? table(result, { color: paint('bold', '') !== '' }) : FORMATS[values.format](result),
    );
    await writeIfAsked(values.json, () => serializeResult(result), note);
    await writeIfAsked(values.html, () => htmlReport([...history, result]), note);
    return result.cases.some(({ error }) => error !== undefined) ? 1 : 0;
  },
});

/** Who asks for all algorithms knows that most cannot do most shapes. */
function withoutImpossible(result: BenchResult, algorithm: string): BenchResult {
  if (algorithm !== 'all') return result;
  return { ...result, cases: result.cases.filter(({ error }) => error === undefined) };
}

async function writeIfAsked(path: string | undefined, content: () => string, note: (text: string) => void) {
  if (path === undefined) return;
  await writeFile(path, content());
  note(`wrote ${path}`);
}
