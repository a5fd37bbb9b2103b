import type { BenchCase, Roof } from './result.js';

/** A case's samples in a few figures. Times are milliseconds of one run. */
export interface Summary {
  readonly median: number;
  /** Ends of an interval that holds the true median with at least 95 % confidence, where six samples allow one. */
  readonly low: number;
  readonly high: number;
  readonly minimum: number;
  /** Of the plain sum, whatever the algorithm: one with fewer operations may pass the machine's roof. */
  readonly gflops?: number;
  /** Input, weights and output once, 10⁹ bytes a second. */
  readonly gigabytesPerSecond?: number;
  /** Of what the machine allows, 1 at its roof; see {@link roofShare}. */
  readonly share?: number;
}

const CONFIDENCE = 0.95;

/** Undefined where there are no samples. The share of the roof needs the machine's. */
export function summarize(benchCase: BenchCase, roof?: Roof): Summary | undefined {
  const sorted = sortSamples(benchCase.samples);
  if (sorted.length === 0) return undefined;
  const middle = quantile(sorted, 0.5);
  const [low, high] = medianInterval(sorted);
  const gflops = perNanosecond(benchCase.operations, middle);
  const gigabytesPerSecond = perNanosecond(benchCase.bytes, middle);
  const share = roof && roofShare({ gflops, gigabytesPerSecond }, roof, benchCase.threads);
  return {
    median: middle,
    low,
    high,
    minimum: sorted[0],
    ...(gflops !== undefined && { gflops }),
    ...(gigabytesPerSecond !== undefined && { gigabytesPerSecond }),
    ...(share !== undefined && { share }),
  };
}

export function sortSamples(samples: readonly number[]): Float64Array {
  return Float64Array.from(samples).sort();
}

/** Linear between order statistics. @see Hyndman and Fan, "Sample quantiles in statistical packages", 1996: type 7 */
export function quantile(sorted: ArrayLike<number>, fraction: number): number {
  const at = fraction * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/**
 * The narrowest pair of order statistics, as far from one end as from the other, that holds the true median with 95 %
 * confidence whatever the distribution: the number of samples below it is binomial (n, ½). Fewer than six samples
 * cannot promise as much; theirs is the whole range.
 *
 * @see Conover, "Practical Nonparametric Statistics", confidence intervals for quantiles
 */
export function medianInterval(sorted: ArrayLike<number>): [low: number, high: number] {
  const n = sorted.length;
  // In logarithms: 2⁻ⁿ is no number from 1075 samples on.
  let logProbability = -n * Math.LN2;
  let tail = Math.exp(logProbability);
  let cut = 0;
  // Each step leaves out one more sample at either end, for as long as the two tails together stay below 5 %.
  while (cut + 1 < n / 2) {
    logProbability += Math.log((n - cut) / (cut + 1));
    tail += Math.exp(logProbability);
    if (2 * tail > 1 - CONFIDENCE) break;
    cut++;
  }
  return [sorted[cut], sorted[n - 1 - cut]];
}

/**
 * Share of the roofline: attainable is min(peak, intensity × bandwidth) × threads, so what is reached of it is the
 * larger of the shares of the peak and of the bandwidth.
 *
 * @see Williams, Waterman and Patterson, "Roofline: an insightful visual performance model", 2009
 */
function roofShare(
  reached: { gflops: number | undefined; gigabytesPerSecond: number | undefined },
  roof: Roof,
  threads: number,
): number | undefined {
  const shares: number[] = [];
  if (reached.gflops !== undefined && roof.gflops > 0) shares.push(reached.gflops / (roof.gflops * threads));
  if (reached.gigabytesPerSecond !== undefined && roof.bandwidth > 0) {
    shares.push(reached.gigabytesPerSecond / (roof.bandwidth * threads));
  }
  return shares.length > 0 ? Math.max(...shares) : undefined;
}

/** An amount a run as 10⁹ a second. Nothing of nothing, and nothing where the clock was too coarse to see the run. */
function perNanosecond(amount: number | undefined, milliseconds: number): number | undefined {
  return amount !== undefined && amount > 0 && milliseconds > 0 ? amount / (milliseconds * 1e6) : undefined;
}
