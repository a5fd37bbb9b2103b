import { BenchError } from './bench-error.js';
import { type CaseComparison, type Criteria, type Evidence, judge, weigh } from './compare-case.js';
import { areOneBuild, type FingerprintDifference, fingerprintDifferences } from './fingerprint.js';
import { pairCases, type UnpairedCase } from './pair-cases.js';
import type { BenchResult, Environment } from './result.js';
import { percentileInterval } from './statistics/bootstrap.js';
import { geometricMean } from './statistics/geometric-mean.js';
import { holm } from './statistics/holm.js';
import type { Interval } from './statistics/interval.js';

/** Of a suite that has one or two wild cases the others still say something; of one that has more, nobody should say it. */
const MOST_UNDECIDED = 0.1;

const DEFAULTS: Criteria = { threshold: 0.05, alpha: 0.05, seed: 0, resamples: 2000 };

/** Two result files, compared. */
export interface Comparison {
  readonly criteria: Criteria;
  readonly base: Environment;
  readonly head: Environment;
  /** Why the files must not be compared; empty where they may. */
  readonly differences: readonly FingerprintDifference[];
  readonly cases: readonly CaseComparison[];
  /** Cases that are in one file only, failed, or did other work in each file. */
  readonly unpaired: readonly UnpairedCase[];
  /** Cases of peers, which no change of convkit makes slower and which are therefore left out. */
  readonly peers: number;
  /** Geometric mean of the cases' ratios, head / base, with the interval that their noise gives it; absent without cases. */
  readonly geometricMean?: { readonly ratio: number; readonly interval: Interval };
  /** The largest of the cases': a slowdown of this share would most probably have been seen wherever it was. */
  readonly smallestDetectable?: number;
  /**
   * - `not comparable`: the fingerprints differ
   * - `same build`: at least one case is slower, but both files are of one build, so that it is the machine that changed
   * - `regression`: at least one case is slower
   * - `cannot decide`: none is, but the data could not have shown it. That is so where an undecided case looks slower (its
   *   ratio is above 1 + threshold), where more than a tenth of the cases is undecided, where a case failed in head only
   *   or did other work, or where there is nothing to compare
   * - `no regression`: otherwise
   */
  readonly verdict: 'no regression' | 'regression' | 'same build' | 'cannot decide' | 'not comparable';
  /** Of the process: 0, 1, 3, 3, 3 for the verdicts in this order; 2 is bad input, which is thrown. */
  readonly exitCode: 0 | 1 | 3;
}

const EXIT_CODES = {
  'no regression': 0,
  regression: 1,
  'same build': 3,
  'cannot decide': 3,
  'not comparable': 3,
} as const;

/**
 * Compares the times of convkit in two result files: the test of Mann and Whitney with Holm's correction says whether a
 * case changed at all, the bootstrap interval of the ratio of medians says by how much.
 *
 * A case is a regression only where both agree, so that neither a tiny change that many samples make significant nor a
 * large one of two wild samples is called one.
 *
 * All of this takes samples for independent. What varies from process to process only, such as where memory lies, is not
 * in the spread of one process's samples: with 2 % of it a fifth of comparisons of 24 unchanged cases, 30 samples each,
 * has a false alarm (simulated). Samples of both sides should therefore come from several processes in turns.
 *
 * @throws BenchError where a criterion is out of its range
 */
export function compareResults(base: BenchResult, head: BenchResult, options: Partial<Criteria> = {}): Comparison {
  const criteria = { ...DEFAULTS, ...options };
  checkCriteria(criteria);
  const [ofBase, ofHead] = [base, head].map(({ cases }) => cases.filter(({ side }) => side === 'convkit'));
  const { pairs, unpaired } = pairCases(ofBase, ofHead);
  const evidence = pairs.map((pair) => weigh(pair, criteria));
  const corrected = holm(evidence.map(({ p }) => p));
  const cases = evidence.map((one, index) => judge(one, corrected[index], evidence.length, criteria));
  const differences = fingerprintDifferences(base.environment, head.environment);
  const found = differences.length > 0 ? 'not comparable' : overallVerdict(cases, unpaired, criteria);
  const verdict = found === 'regression' && areOneBuild(base.environment, head.environment) ? 'same build' : found;
  return {
    criteria,
    base: base.environment,
    head: head.environment,
    differences,
    cases,
    unpaired,
    peers: base.cases.length - ofBase.length + head.cases.length - ofHead.length,
    ...overall(cases, evidence, criteria),
    verdict,
    exitCode: EXIT_CODES[verdict],
  };
}

function checkCriteria({ threshold, alpha, seed, resamples }: Criteria): void {
  if (!(threshold > 0 && threshold < Number.POSITIVE_INFINITY)) {
    throw new BenchError(`threshold must be a share above 0, such as 0.05 for 5 %, got ${threshold}`);
  }
  if (!(alpha > 0 && alpha < 1)) throw new BenchError(`alpha must be a probability between 0 and 1, got ${alpha}`);
  if (!Number.isSafeInteger(seed)) throw new BenchError(`seed must be a whole number, got ${seed}`);
  if (!(Number.isSafeInteger(resamples) && resamples >= 100)) {
    throw new BenchError(`resamples must be a whole number from 100, got ${resamples}`);
  }
}

/** Whether an undecided case looks slower, so that its noise may hide a regression. */
export function looksSlower({ verdict, ratio }: CaseComparison, { threshold }: Criteria): boolean {
  return verdict === 'undecided' && ratio > 1 + threshold;
}

/** Whether a case that could not be compared may hide a regression: it went wrong, rather than away. */
export function mayHideRegression({ why }: UnpairedCase): boolean {
  return why === 'failed in head' || why === 'other work';
}

function overallVerdict(
  cases: readonly CaseComparison[],
  unpaired: readonly UnpairedCase[],
  criteria: Criteria,
): Comparison['verdict'] {
  if (cases.some(({ verdict }) => verdict === 'slower')) return 'regression';
  const undecided = cases.filter(({ verdict }) => verdict === 'undecided');
  const cannotDecide =
    cases.length === 0 ||
    undecided.length > MOST_UNDECIDED * cases.length ||
    undecided.some((one) => looksSlower(one, criteria)) ||
    unpaired.some(mayHideRegression);
  return cannotDecide ? 'cannot decide' : 'no regression';
}

function overall(
  cases: readonly CaseComparison[],
  evidence: readonly Evidence[],
  { alpha, resamples }: Criteria,
): Pick<Comparison, 'geometricMean' | 'smallestDetectable'> {
  if (cases.length === 0) return {};
  const draws = Float64Array.from({ length: resamples }, (_, draw) =>
    geometricMean(evidence.map((one) => one.draws[draw])),
  );
  return {
    geometricMean: {
      ratio: geometricMean(cases.map(({ ratio }) => ratio)),
      interval: percentileInterval(draws, 1 - alpha),
    },
    smallestDetectable: Math.max(...cases.map((one) => one.smallestDetectable)),
  };
}
