import type { Interval } from './interval.js';
import { ascending } from './quantile.js';

/** An interval for a median, and how sure it really is. */
export interface MedianInterval extends Interval {
  /** The probability, from 0 to 1, with which such an interval covers the median. */
  readonly confidence: number;
}

/**
 * A confidence interval of the median that assumes nothing but independent samples of one distribution: from the k-th
 * smallest to the k-th largest value, with the largest k that keeps the confidence (Thompson, 1936; David and Nagaraja,
 * Order Statistics, 7.1). The number of samples below the median is binomial, whatever the distribution.
 *
 * With fewer than 6 samples no such interval reaches 95 %: it is then their whole range, and `confidence` is what that
 * is worth.
 *
 * @param confidence wanted, between 0 and 1
 */
export function medianInterval(values: ArrayLike<number>, confidence = 0.95): MedianInterval {
  const sorted = ascending(values);
  const n = sorted.length;
  const allowed = (1 - confidence) / 2;
  let tail = 0;
  let trimmed = -1;
  // Tails of coin tosses, from the left; logarithms, since 2^-n vanishes at n = 1075.
  let logTerm = -n * Math.LN2;
  while (trimmed + 1 < n / 2 && tail + Math.exp(logTerm) <= allowed) {
    trimmed++;
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - trimmed) / (trimmed + 1));
  }
  if (trimmed < 0) return { low: sorted[0], high: sorted[n - 1], confidence: 1 - 2 ** (1 - n) };
  return { low: sorted[trimmed], high: sorted[n - 1 - trimmed], confidence: 1 - 2 * tail };
}
