import { sortedQuantile } from '../statistics/quantile.js';

const POINTS = 48;

/** A point of an estimated density; the largest is 1. */
export interface DensityPoint {
  readonly value: number;
  readonly density: number;
}

/**
 * Kernel density estimate with a Gaussian kernel.
 *
 * @param sorted samples in rising order, two distinct ones at least
 * @see Silverman, "Density estimation for statistics and data analysis", 1986, eq. 3.31: the bandwidth
 */
export function density(sorted: ArrayLike<number>): DensityPoint[] {
  const width = bandwidth(sorted);
  const first = sorted[0] - 2 * width;
  const step = (sorted[sorted.length - 1] + 2 * width - first) / (POINTS - 1);
  const heights = Array.from({ length: POINTS }, (_, i) => heightAt(sorted, first + i * step, width));
  const highest = Math.max(...heights);
  return heights.map((height, i) => ({ value: first + i * step, density: height / highest }));
}

/** 0.9 · min(standard deviation, interquartile range / 1.34) · n^(−1/5); half the samples may be equal, so never 0. */
function bandwidth(sorted: ArrayLike<number>): number {
  const samples = Array.from(sorted);
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const deviation = Math.sqrt(samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / (samples.length - 1));
  const quartiles = (sortedQuantile(sorted, 0.75) - sortedQuantile(sorted, 0.25)) / 1.34;
  const narrower = quartiles > 0 ? Math.min(deviation, quartiles) : deviation;
  return Math.max(0.9 * narrower * samples.length ** -0.2, (sorted[samples.length - 1] - sorted[0]) / POINTS);
}

function heightAt(sorted: ArrayLike<number>, value: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) sum += Math.exp(-0.5 * ((value - sorted[i]) / width) ** 2);
  return sum;
}
