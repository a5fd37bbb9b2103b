import type { BenchResult } from '../result.js';
import { bencher } from './bencher.js';
import { githubActionBenchmark } from './github-action-benchmark.js';
import { googleBenchmark } from './google-benchmark.js';
import { markdown } from './markdown.js';

/** What `--format` may name; without it a terminal gets the table. */
export const FORMATS = {
  'google-benchmark': googleBenchmark,
  'github-action': githubActionBenchmark,
  bencher,
  markdown,
} as const satisfies Record<string, (result: BenchResult) => string>;

export type FormatName = keyof typeof FORMATS;
