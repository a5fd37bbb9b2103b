import type { Measured } from './measured.js';
import { groupBy, OURS } from './measured.js';

/** One of our cases beside a peer's of the same name and threads. */
export interface Pair {
  readonly ours: Measured;
  readonly peer: string;
  readonly threads: number;
  /** The peer's median over ours: 2 is twice as fast. */
  readonly factor: number;
  /** The ends of both intervals against each other, so wider than 95 % would need. */
  readonly low: number;
  readonly high: number;
}

/** Every algorithm that was measured counts, the slower ones too: picking the fastest would flatter us. */
export function pairsOf(cases: readonly Measured[]): Pair[] {
  const rivals = groupBy(cases, ({ benchCase: { suite, name, threads } }) => JSON.stringify([suite, name, threads]));
  return [...rivals.values()].flatMap((group) =>
    group
      .filter(({ benchCase, summary }) => benchCase.side === OURS && summary.low > 0)
      .flatMap((ours) => group.filter(isRival).map((peer) => pair(ours, peer))),
  );
}

function isRival({ benchCase, summary }: Measured): boolean {
  return benchCase.side !== OURS && summary.low > 0;
}

function pair(ours: Measured, peer: Measured): Pair {
  return {
    ours,
    peer: peer.benchCase.side,
    threads: ours.benchCase.threads,
    factor: peer.summary.median / ours.summary.median,
    low: peer.summary.low / ours.summary.high,
    high: peer.summary.high / ours.summary.low,
  };
}

/** @see Fleming and Wallace, "How not to lie with statistics: the correct way to summarize benchmark results", 1986 */
export function geometricMean(factors: readonly number[]): number {
  return Math.exp(factors.reduce((sum, factor) => sum + Math.log(factor), 0) / factors.length);
}
