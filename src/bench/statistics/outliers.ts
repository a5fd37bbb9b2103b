import { ascending, sortedQuantile } from './quantile.js';

/**
 * The share, from 0 to 1, of values that lie more than 1.5 interquartile ranges outside of the quartiles (Tukey, 1977).
 *
 * For a remark only: slow runs are part of what was measured, and nothing here drops them. Of a normal distribution 0.7 %
 * lie there.
 */
export function outlierShare(values: ArrayLike<number>): number {
  if (values.length === 0) return 0;
  const sorted = ascending(values);
  const [first, third] = [sortedQuantile(sorted, 0.25), sortedQuantile(sorted, 0.75)];
  const reach = 1.5 * (third - first);
  return sorted.filter((value) => value < first - reach || value > third + reach).length / sorted.length;
}
