import type { BenchCase, Roof } from './result.js';
import { medianInterval } from './statistics/median-interval.js';
import { ascending, sortedQuantile } from './statistics/quantile.js';

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

/** Undefined where there are no samples. The share of the roof needs the machine's. */
export function summarize(benchCase: BenchCase, roof?: Roof): Summary | undefined {
  const sorted = ascending(benchCase.samples);
  if (sorted.length === 0) return undefined;
  const middle = sortedQuantile(sorted, 0.5);
  const { low, high } = medianInterval(sorted);
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
