import { ISA_CHOICES } from '../../backend/settings.js';
import { FORMATS, type FormatName } from '../../bench/formats/formats.js';
import { choice, flag, integer, list, single, text, type ValueSpec, type Values } from '../options.js';
import { repeated } from './bench-child.js';

const MOST_THREADS = 1024;
const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

// Apart from `single`, which would widen the types of what they read.
const BACKEND = choice(['auto', 'native', 'typescript'], { help: 'who computes', default: 'auto' });
const ALGORITHM = choice(['auto', 'all', 'direct', 'gemm', 'winograd', 'depthwise', 'fft'], {
  help: "how convolutions are computed; 'all' compares those that can do a shape",
  default: 'auto',
});
const ISA = choice(ISA_CHOICES, { help: 'instruction sets, each in a process of its own; the best by default' });
/** Of a network's inputs, as `1x3x224x224`. */
const INPUT_SHAPE: ValueSpec<readonly number[], undefined> = {
  value: 'SHAPE',
  expected: 'sizes such as 1x3x224x224',
  parse: (given) => (/^[1-9]\d*(x[1-9]\d*)*$/.test(given) ? given.split('x').map(Number) : undefined),
  help: "of every network's inputs; what their files declare by default, 1 and 224 where that is free",
};
const JSON_FILE = text('FILE', { help: 'write the result file, for `bench compare` and for later' });
const HTML_FILE = text('FILE', { help: 'write a page that stands alone: plots, roofline, history' });
const FORMAT = choice(FORMAT_NAMES, { help: 'print for another tool instead of the table' });

export const BENCH_OPTIONS = {
  filter: list(text('TEXT', { help: 'only cases with this in their name' })),
  threads: list(integer('N', [1, MOST_THREADS], { help: 'numbers of threads; all that are there by default' })),
  backend: single(BACKEND),
  isa: list(ISA),
  algorithm: single(ALGORITHM),
  models: single(
    text('DIR', { help: "where the ONNX files of the suite 'models' are", default: 'bench-output/models' }),
  ),
  inputShape: single(INPUT_SHAPE),
  peers: flag('measure other libraries too, in turns: onnxruntime-node, tfjs-wasm and tfjs-cpu, where installed'),
  milliseconds: single(integer('N', [1, 600_000], { help: 'how long a case is sampled', default: 500 })),
  samples: single(integer('N', [1, 10_000], { help: 'samples that a case has at least', default: 12 })),
  noRoof: flag('do not measure what this machine can do at most'),
  json: single(JSON_FILE),
  html: single(HTML_FILE),
  history: list(text('FILE', { help: 'earlier result files, oldest first, for the page' })),
  format: single(FORMAT),
};

export type BenchValues = Values<typeof BENCH_OPTIONS>;

/** The command line that measures the same, without `--isa` and what is to be done with the result. */
export function wordsFor(values: BenchValues, subjects: readonly string[]): string[] {
  return [
    ...repeated('--filter', values.filter),
    ...repeated('--threads', values.threads),
    ...repeated('--backend', [values.backend]),
    ...repeated('--algorithm', [values.algorithm]),
    ...repeated('--models', [values.models]),
    ...(values.inputShape === undefined ? [] : repeated('--input-shape', [values.inputShape.join('x')])),
    ...(values.peers ? ['--peers'] : []),
    ...(values.noRoof ? ['--no-roof'] : []),
    ...repeated('--milliseconds', [values.milliseconds]),
    ...repeated('--samples', [values.samples]),
    '--',
    ...subjects,
  ];
}
