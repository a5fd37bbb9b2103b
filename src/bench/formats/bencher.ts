import type { BenchResult } from '../result.js';
import { summarize } from '../summary.js';
import { caseKey } from './case-key.js';

const NANOSECONDS = 1e6;

/**
 * Bencher Metric Format: the built-in measure `latency`, in nanoseconds, with the median's interval as its bounds. A
 * case without samples is left out: a metric needs a value.
 *
 * @see Bencher, reference, "Bencher Metric Format (BMF)"
 */
export function bencher(result: BenchResult): string {
  const metrics = result.cases.flatMap((benchCase) => {
    const summary = summarize(benchCase);
    if (!summary) return [];
    const { median, low, high } = summary;
    const latency = {
      value: median * NANOSECONDS,
      lower_value: low * NANOSECONDS,
      upper_value: high * NANOSECONDS,
    };
    return [[caseKey(benchCase), { latency }] as const];
  });
  return `${JSON.stringify(Object.fromEntries(metrics), null, 2)}\n`;
}
