import type { CasePair } from './pair-cases.js';
import { bootstrapRatios, percentileInterval } from './statistics/bootstrap.js';
import type { Interval } from './statistics/interval.js';
import { mannWhitney, smallestP } from './statistics/mann-whitney.js';
import { normalDeviate } from './statistics/normal.js';
import { outlierShare } from './statistics/outliers.js';
import { median } from './statistics/quantile.js';
import { randomStream } from './statistics/random.js';

/** What a comparison is held against. */
export interface Criteria {
  /** The change that counts, as a share of the base's time: 0.05 is 5 %. */
  readonly threshold: number;
  /** The chance of a false alarm among all cases; intervals cover 1 − alpha. */
  readonly alpha: number;
  /** Of the bootstrap: the same seed gives the same intervals. */
  readonly seed: number;
  /** Of the bootstrap. */
  readonly resamples: number;
}

/** One side's times. */
export interface Times {
  /** Milliseconds of one run. */
  readonly median: number;
  readonly samples: number;
  /** Beyond 1.5 interquartile ranges, from 0 to 1. */
  readonly outliers: number;
}

/**
 * - `slower`: the corrected p is below alpha, and the whole interval of the ratio is above 1 + threshold
 * - `faster`: the corrected p is below alpha, and the whole interval is below 1 / (1 + threshold)
 * - `undecided`: neither, and a slowdown of twice the threshold cannot be excluded, because the interval reaches
 *   1 + 2 · threshold or because no times of so few samples could have been significant
 * - `same`: none of these; smaller changes there may be
 */
export type Verdict = 'slower' | 'faster' | 'same' | 'undecided';

/** What the samples of one case say. */
export interface CaseComparison {
  readonly label: string;
  readonly base: Times;
  readonly head: Times;
  /** Of the medians, head / base. */
  readonly ratio: number;
  readonly interval: Interval;
  /** Mann and Whitney's, of this case alone. */
  readonly p: number;
  /** Holm's, among all cases. */
  readonly correctedP: number;
  readonly verdict: Verdict;
  /**
   * The smallest slowdown that samples as noisy as these would most probably (for alpha = 5 %: in 97.5 % of comparisons)
   * have shown, as a share of the base's time; Infinity where there are too few of them to show any.
   */
  readonly smallestDetectable: number;
}

/** What a case's samples say by themselves, before all cases are looked at together. */
export interface Evidence extends Pick<CaseComparison, 'label' | 'base' | 'head' | 'ratio' | 'interval' | 'p'> {
  /** Bootstrapped ratios. */
  readonly draws: Float64Array;
}

export function weigh({ label, base, head }: CasePair, { alpha, seed, resamples }: Criteria): Evidence {
  const draws = bootstrapRatios(base.samples, head.samples, resamples, randomStream(seed, label));
  return {
    label,
    base: timesOf(base.samples),
    head: timesOf(head.samples),
    ratio: median(head.samples) / median(base.samples),
    interval: percentileInterval(draws, 1 - alpha),
    p: mannWhitney(base.samples, head.samples).p,
    draws,
  };
}

function timesOf(samples: readonly number[]): Times {
  return { median: median(samples), samples: samples.length, outliers: outlierShare(samples) };
}

/** @param tests how many cases the p was corrected for */
export function judge(evidence: Evidence, correctedP: number, tests: number, criteria: Criteria): CaseComparison {
  const { label, base, head, ratio, interval, p } = evidence;
  const detectable = smallestDetectable(evidence, tests, criteria);
  const verdict = verdictOf(interval, correctedP, Number.isFinite(detectable), criteria);
  return { label, base, head, ratio, interval, p, correctedP, verdict, smallestDetectable: detectable };
}

function verdictOf({ low, high }: Interval, p: number, enough: boolean, { threshold, alpha }: Criteria): Verdict {
  if (p < alpha && low > 1 + threshold) return 'slower';
  if (p < alpha && high < 1 / (1 + threshold)) return 'faster';
  return !enough || high >= 1 + 2 * threshold ? 'undecided' : 'same';
}

/**
 * The interval's lower arm is as long as one deviation z(alpha / 2) of the ratio's logarithm. A true slowdown is seen even
 * where chance shortens it by such an arm, if the interval below that is still beyond the threshold, a second arm; and if
 * the p is significant after its correction, which takes a longer arm the more cases there are.
 */
function smallestDetectable({ base, head, ratio, interval }: Evidence, tests: number, criteria: Criteria): number {
  const { threshold, alpha } = criteria;
  if (smallestP(base.samples, head.samples) * tests >= alpha) return Number.POSITIVE_INFINITY;
  const arm = Math.max(0, Math.log(ratio / interval.low));
  const significant = normalDeviate(alpha / 2 / tests) / normalDeviate(alpha / 2);
  return Math.max((1 + threshold) * Math.exp(2 * arm), Math.exp((1 + significant) * arm)) - 1;
}
