import type { Interval } from './interval.js';
import { ascending, sortedQuantile } from './quantile.js';
import type { RandomSource } from './random.js';

/**
 * The bootstrap's distribution of a ratio of medians, head / base: each side is resampled by itself, `resamples` times
 * (Efron, 1979).
 */
export function bootstrapRatios(
  base: ArrayLike<number>,
  head: ArrayLike<number>,
  resamples: number,
  random: RandomSource,
): Float64Array {
  const [drawBase, drawHead] = [medianResampler(base, random), medianResampler(head, random)];
  return Float64Array.from({ length: resamples }, () => drawHead() / drawBase());
}

/**
 * The middle part of a bootstrap distribution.
 *
 * The percentile interval, not BCa: that takes its acceleration from the jackknife, which fails for medians, since
 * leaving out one value moves a median by one of two steps only (Efron, 1982, 3.4). Percentiles are also indifferent to
 * whether ratios or their logarithms are looked at, and to which side is the base.
 *
 * @param confidence between 0 and 1
 */
export function percentileInterval(draws: ArrayLike<number>, confidence: number): Interval {
  const sorted = ascending(draws);
  const tail = (1 - confidence) / 2;
  return { low: sortedQuantile(sorted, tail), high: sortedQuantile(sorted, 1 - tail) };
}

/** Medians of samples that are drawn from `values` with replacement. */
function medianResampler(values: ArrayLike<number>, random: RandomSource): () => number {
  const sorted = ascending(values);
  const n = sorted.length;
  const counts = new Uint32Array(n);
  // Counting how often each value was drawn finds the middle without a sort: 3x faster for 60 values, measured.
  return () => {
    counts.fill(0);
    for (let draw = 0; draw < n; draw++) counts[Math.floor((random() / 2 ** 32) * n)]++;
    let index = 0;
    let passed = counts[0];
    while (2 * passed < n) passed += counts[++index];
    if (2 * passed > n) return sorted[index];
    let next = index + 1;
    while (counts[next] === 0) next++;
    return (sorted[index] + sorted[next]) / 2;
  };
}
