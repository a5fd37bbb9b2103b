/** What OpenCV takes for small kernels without a sigma: those of Pascal's triangle, and its own for 7 and 9. */
const SMALL: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  3: [1 / 4, 1 / 2, 1 / 4],
  5: [1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16],
  7: [1 / 32, 7 / 64, 7 / 32, 9 / 32, 7 / 32, 7 / 64, 1 / 32],
  9: [4, 13, 30, 51, 60, 51, 30, 13, 4].map((weight) => weight / 256),
};

/** Weights e^(−i² / 2σ²) of an odd number of places, in float64, with the sum 1. */
export function gaussianWeights(size: number, sigma: number): readonly number[] {
  const middle = (size - 1) / 2;
  const weights = Array.from({ length: size }, (_, i) => Math.exp(-((i - middle) ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The weights that go with a size alone. */
export function gaussianWeightsOfSize(size: number): readonly number[] {
  return SMALL[size] ?? gaussianWeights(size, 0.3 * ((size - 1) * 0.5 - 1) + 0.8);
}

/** Units of the weights of imageSmooth. */
const ONE = 2 ** 15;

/**
 * Half of symmetric weights, from the middle out, in whole units of 2^-15 that add up to one; the middle takes what rounding
 * the others leaves. undefined where the middle would not fit 16 bits.
 */
export function fixedHalf(weights: readonly number[]): Float32Array | undefined {
  const middle = (weights.length - 1) / 2;
  const half = Array.from({ length: middle + 1 }, (_, k) => Math.round(weights[middle + k] * ONE));
  const sides = half.slice(1).reduce((sum, weight) => sum + weight, 0);
  half[0] = ONE - 2 * sides;
  return half[0] >= 0 && half[0] < ONE ? Float32Array.from(half) : undefined;
}
