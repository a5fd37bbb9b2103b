/** What the scripts here do with samples: the shipped command's own functions, and one more. */
export { uniform } from '../dist/bench/run/subject.js';
export { geometricMean } from '../dist/bench/statistics/geometric-mean.js';
export { median } from '../dist/bench/statistics/quantile.js';

/** The value below which `share` of the samples, in ascending order, lie. */
export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
