import { normalUpperTail } from './normal.js';
import { ascending } from './quantile.js';

/** Up to this product of sample counts the exact distribution is used: 20 · 20, whose C(40, 20) a double holds exactly. */
const MOST_EXACT_PAIRS = 400;

export interface MannWhitney {
  /** Of all pairs, those in which the first sample's value is the larger; ties count a half. */
  readonly u: number;
  /** Two-sided: how probable an imbalance of this size or more is where both samples have one distribution. */
  readonly p: number;
  readonly method: 'exact' | 'asymptotic';
}

/**
 * The test of Mann and Whitney, 1947, two-sided: do the values of one sample tend to be larger than those of the other?
 * It looks at ranks only, so a few wild times weigh no more than any others.
 *
 * Small samples without ties use the exact distribution, others the normal approximation with corrections for ties and
 * for continuity.
 *
 * @see scipy.stats.mannwhitneyu
 */
export function mannWhitney(x: ArrayLike<number>, y: ArrayLike<number>): MannWhitney {
  const pairs = x.length * y.length;
  const { rankSum, ties } = rank(x, y);
  const u = rankSum - (x.length * (x.length + 1)) / 2;
  const larger = Math.max(u, pairs - u);
  if (ties === 0 && pairs <= MOST_EXACT_PAIRS) {
    return { u, p: Math.min(1, 2 * exactUpperTail(larger, x.length, y.length)), method: 'exact' };
  }
  const n = x.length + y.length;
  const deviation = Math.sqrt((pairs / 12) * (n + 1 - ties / (n * (n - 1))));
  const z = (larger - pairs / 2 - 0.5) / deviation;
  return { u, p: Math.min(1, 2 * normalUpperTail(z)), method: 'asymptotic' };
}

/** The smallest p that samples of these sizes can give, when every value of one is above all of the other. */
export function smallestP(n: number, m: number): number {
  const range = (from: number, count: number) => Float64Array.from({ length: count }, (_, index) => from + index);
  return mannWhitney(range(0, n), range(n, m)).p;
}

/** The first sample's sum of ranks among all values, equal values sharing theirs, and Σ(t³ − t) over groups of t equals. */
function rank(x: ArrayLike<number>, y: ArrayLike<number>): { rankSum: number; ties: number } {
  const [a, b] = [ascending(x), ascending(y)];
  let [i, j] = [0, 0];
  let [rankSum, ties] = [0, 0];
  while (i < a.length || j < b.length) {
    const value = j === b.length || (i < a.length && a[i] <= b[j]) ? a[i] : b[j];
    const [fromX, fromY] = [i, j];
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    const equals = i - fromX + (j - fromY);
    rankSum += (i - fromX) * (fromX + fromY + (equals + 1) / 2);
    ties += equals ** 3 - equals;
  }
  return { rankSum, ties };
}

/** The probability of U ≥ u among all orders of n and m different values. */
function exactUpperTail(u: number, n: number, m: number): number {
  const counts = orders(n, m);
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  return sum(counts.subarray(Math.ceil(u))) / sum(counts);
}

/**
 * How many orders of n and m different values have U = 0, 1, …, n·m: the coefficients of the Gaussian binomial
 * ∏ (1 − q^(m+i)) / (1 − q^i), i = 1 … n. Multiplied and divided factor by factor, each stage is one again, so that all
 * numbers stay whole.
 */
function orders(n: number, m: number): Float64Array {
  const counts = new Float64Array(n * m + 1);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let u = counts.length - 1; u >= m + i; u--) counts[u] -= counts[u - m - i];
    for (let u = i; u < counts.length; u++) counts[u] += counts[u - i];
  }
  return counts;
}
