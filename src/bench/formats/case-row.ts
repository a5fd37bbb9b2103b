import type { BenchCase, Roof } from '../result.js';
import { summarize } from '../summary.js';
import { formatRate, formatShare, formatSpread, formatTime } from './units.js';

/** What people read of a case, in this order. */
export const HEAD = ['name', 'side', 'threads', 'median', '±', 'GFLOP/s', 'GB/s', '% of roof', 'algorithm'] as const;

/** Columns of {@link HEAD} that hold numbers. */
export const NUMBERS: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7]);

/** A case under {@link HEAD}; what is unknown is empty, and why there are no samples stands in the median's place. */
export function caseRow(benchCase: BenchCase, roof: Roof | undefined): string[] {
  const { name, side, threads, algorithm = '' } = benchCase;
  const summary = summarize(benchCase, roof);
  const measured = summary
    ? [
        formatTime(summary.median),
        formatSpread(summary),
        optional(summary.gflops, formatRate),
        optional(summary.gigabytesPerSecond, formatRate),
        optional(summary.share, formatShare),
      ]
    : ['—', '', '', '', ''];
  return [name, side, String(threads), ...measured, algorithm];
}

function optional(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '' : format(value);
}

/** Why a case has no samples. */
export function reasonOf(benchCase: BenchCase): string {
  return benchCase.error ?? 'no samples';
}

/** Suites in the order of their first case. */
export function bySuite(cases: readonly BenchCase[]): Map<string, BenchCase[]> {
  const suites = new Map<string, BenchCase[]>();
  for (const benchCase of cases) {
    const members = suites.get(benchCase.suite);
    if (members) members.push(benchCase);
    else suites.set(benchCase.suite, [benchCase]);
  }
  return suites;
}
