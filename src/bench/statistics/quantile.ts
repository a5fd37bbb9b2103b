/**
 * The value below which a share `p` of a sample lies, with straight lines between neighbours; type 7 of Hyndman and Fan,
 * 1996, the definition of NumPy, R and spreadsheets. NaN for an empty sample.
 *
 * @param p from 0 to 1
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  return sortedQuantile(ascending(values), p);
}

/** The middle value, or the mean of the middle two. NaN for an empty sample. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** A sorted copy. */
export function ascending(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/** `quantile` for values in ascending order. */
export function sortedQuantile(sorted: ArrayLike<number>, p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
