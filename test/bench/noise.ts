import type { RandomSource } from '../../src/bench/statistics/random.js';

/** Standard normal numbers (Box and Muller, 1958). */
export function normalSource(random: RandomSource): () => number {
  const uniform = () => (random() + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Log-normal times around `median`; `noise` is the standard deviation of their logarithm. */
export function noisySample(normal: () => number, count: number, median: number, noise: number): number[] {
  return Array.from({ length: count }, () => median * Math.exp(noise * normal()));
}
