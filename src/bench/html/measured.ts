import type { BenchCase, BenchResult } from '../result.js';
import { type Summary, summarize } from '../summary.js';

/** A case that has samples, with its figures. */
export interface Measured {
  readonly benchCase: BenchCase;
  readonly summary: Summary;
}

export const OURS = 'convkit';

export function measuredCases({ cases, roof }: BenchResult): Measured[] {
  return cases.flatMap((benchCase) => {
    const summary = summarize(benchCase, roof);
    return summary ? [{ benchCase, summary }] : [];
  });
}

/** Ours first, then peers as they come: a side's place is its colour throughout the page. */
export function sidesOf(cases: readonly BenchCase[]): string[] {
  const sides = new Set(cases.map(({ side }) => side));
  return [...(sides.delete(OURS) ? [OURS] : []), ...sides];
}

/** Lists of what has the same key, in order of the first. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const members = groups.get(key);
    if (members) members.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** '1 thread', '2 threads'. */
export function threadsText(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}

/** What the filter looks in. */
export function searchText({ suite, name, side, algorithm = '' }: BenchCase): string {
  return `${suite} ${name} ${side} ${algorithm}`.toLowerCase();
}
