import type { BenchResult } from '../result.js';
import { summarize } from '../summary.js';
import { caseKey } from './case-key.js';
import { formatRate, formatShare } from './units.js';

/**
 * Input of the tool `customSmallerIsBetter`: the median in milliseconds, its interval as the range. A case without
 * samples is left out: the action would take any number as a measurement.
 *
 * @see benchmark-action/github-action-benchmark, README, "tool: customSmallerIsBetter"
 */
export function githubActionBenchmark(result: BenchResult): string {
  const entries = result.cases.flatMap((benchCase) => {
    const summary = summarize(benchCase, result.roof);
    if (!summary) return [];
    const { median, low, high, minimum, gflops, gigabytesPerSecond, share } = summary;
    const extra = [
      `minimum ${minimum} ms`,
      `${benchCase.samples.length} samples of ${benchCase.runsPerSample} runs`,
      ...(gflops === undefined ? [] : [`${formatRate(gflops)} GFLOP/s`]),
      ...(gigabytesPerSecond === undefined ? [] : [`${formatRate(gigabytesPerSecond)} GB/s`]),
      ...(share === undefined ? [] : [`${formatShare(share)} of the roof`]),
    ];
    // The action prints the range after the value, as it stands.
    const range = `± ${Math.max(high - median, median - low)}`;
    return [{ name: caseKey(benchCase), unit: 'ms', value: median, range, extra: extra.join('\n') }];
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}
