import { type BenchCase, type BenchResult, caseIdentity } from '../result.js';

/** Runs the benchmarks of one build once, in a process of its own. */
export type Measure = () => Promise<BenchResult>;

export interface Sides {
  readonly base: BenchResult;
  readonly head: BenchResult;
}

/**
 * Measures two builds in turns, base first, then head first, and so on: ABBA, so that a machine which slowly becomes
 * slower treats both alike.
 *
 * A process is what is sampled: its memory lies where it lies for all of its runs, so they tell less of the next process
 * than their number promises. Each process therefore counts as one sample: the fastest of its own, because what else the
 * machine does only ever makes a sample slower.
 *
 * @param rounds Processes of each build, at least 2.
 */
export async function interleave(
  base: Measure,
  head: Measure,
  rounds: number,
  onProcess: (done: number, total: number) => void = () => {},
): Promise<Sides> {
  const results: { base: BenchResult[]; head: BenchResult[] } = { base: [], head: [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (['base', 'head'] as const) : (['head', 'base'] as const);
    for (const [turn, side] of order.entries()) {
      onProcess(2 * round + turn, 2 * rounds);
      results[side].push(await (side === 'base' ? base : head)());
    }
  }
  onProcess(2 * rounds, 2 * rounds);
  return { base: merged(results.base), head: merged(results.head) };
}

/** One result of several of the same build: each case has a sample of each process that measured it, its fastest. */
export function merged(results: readonly BenchResult[]): BenchResult {
  const [first] = results;
  if (first === undefined) throw new RangeError('there is nothing to merge');
  const cases = new Map<string, BenchCase>();
  for (const { cases: measured } of results) {
    for (const one of measured) {
      const key = caseIdentity(one);
      const known = cases.get(key);
      const samples = one.samples.length === 0 ? [] : [Math.min(...one.samples)];
      cases.set(key, { ...(known ?? one), samples: [...(known?.samples ?? []), ...samples] });
    }
  }
  return { ...first, cases: [...cases.values()].map(withoutStaleError) };
}

/** A case that failed in some process and not in others has samples, and no error to show. */
function withoutStaleError(one: BenchCase): BenchCase {
  if (one.samples.length === 0) return one;
  const { error: _, ...rest } = one;
  return rest;
}
