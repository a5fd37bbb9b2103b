import { compareResults } from '../../bench/compare.js';
import { renderComparison } from '../../bench/render-comparison.js';
import { type CommandContext, defineCommand } from '../command.js';
import { flag, single } from '../options.js';
import { percent } from './percent.js';
import { readResults } from './result-files.js';

/** What both commands that compare say of their exit codes. */
export const COMPARISON_EXIT_CODES = {
  1: 'a case is slower: significantly, and with its whole interval beyond the threshold',
  3: 'the files are not of the same machine and settings, both are of one build, or the data cannot decide',
} as const;

export const benchCompare = defineCommand({
  description:
    'Compares two result files of `convkit bench --json`: for each case the test of Mann and Whitney with Holm’s ' +
    'correction, and a bootstrap interval of the ratio of medians. Says which cases became slower, and the smallest ' +
    'change that it could have seen.',
  options: {
    threshold: single(percent('how much slower a case may become', 0.05)),
    json: flag('print one JSON object'),
  },
  positionals: { usage: 'BASE.json HEAD.json', min: 2, max: 2 },
  exitCodes: COMPARISON_EXIT_CODES,
  examples: [['convkit bench compare before.json after.json --threshold 3%', 'fails where a case is 3 % slower']],
  async run({ threshold, json }, paths, context) {
    const [base, head] = await readResults(paths);
    return report(compareResults(base, head, { threshold }), json, context);
  },
});

/** Prints a comparison, and returns its exit code. */
export function report(
  comparison: ReturnType<typeof compareResults>,
  json: boolean,
  { print, paint }: CommandContext,
): number {
  const color = paint('bold', 'x') !== 'x';
  print(json ? JSON.stringify(comparison, undefined, 2) : renderComparison(comparison, { color }));
  return comparison.exitCode;
}
