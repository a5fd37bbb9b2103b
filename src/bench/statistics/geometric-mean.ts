/**
 * The n-th root of a product of n positive numbers: of ratios the mean that does not depend on which side is called the
 * base (Fleming and Wallace, 1986). NaN for no numbers.
 */
export function geometricMean(values: readonly number[]): number {
  // A sum of logarithms, since the product of a few hundred times leaves the range of a double.
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
