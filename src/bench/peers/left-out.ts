import type { Peer } from './peer.js';

/** Counts the cases that peers have no part in, so that each reason is told once. */
export class LeftOut {
  readonly #counts = new Map<string, number>();

  readonly add = ({ name }: Peer, reason: string): void => {
    const remark = `${name}: ${reason}`;
    this.#counts.set(remark, (this.#counts.get(remark) ?? 0) + 1);
  };

  /** A line a peer and reason. */
  remarks(): string[] {
    return [...this.#counts].map(([remark, count]) => `${remark} (${count} case${count === 1 ? '' : 's'} left out)`);
  }
}
