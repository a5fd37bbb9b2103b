/** A name of which a larger part would have to change was not meant. */
const MOST_CHANGED = 0.4;

/** The name that was probably meant, where one is close enough to be worth offering. */
export function closest(given: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(MOST_CHANGED * given.length)) + 1;
  for (const name of names) {
    const distance = editDistance(given, name);
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

/** `; did you mean 'info'?`, or nothing. */
export function didYouMean(given: string, names: readonly string[], prefix = ''): string {
  const name = closest(given, names);
  return name === undefined ? '' : `; did you mean '${prefix}${name}'?`;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, a swapped pair not edited again.
 *
 * @see F. Damerau, 1964, "A technique for computer detection and correction of spelling errors".
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length];
}
