import { messageOf } from '../../thrown.js';
import type { Sampled, Sampling } from '../run/sampler.js';
import type { ComparableSubject } from '../run/subject.js';
import { differenceOf } from './difference.js';
import type { Peer, PeerSubject } from './peer.js';
import { takeTurns } from './turns.js';

/** The peers that are to be measured too. */
export interface Company {
  readonly peers: readonly Peer[];
  /** Told of each case that a peer has no part in. */
  onLeftOut(peer: Peer, reason: string): void;
}

/** What a peer's case is made of: times, or why there are none. */
export interface PeerOutcome {
  readonly name: string;
  readonly times: Sampled | { readonly error: string };
}

interface Prepared {
  readonly peer: Peer;
  readonly subject: PeerSubject;
}

/** Times of our subject and of each peer that can do its work, taken in turns; first their results are compared. */
export async function besidePeers(
  ours: ComparableSubject,
  threads: number,
  { company, sampling }: { company: Company; sampling: Sampling },
): Promise<{ ours: Sampled; peers: PeerOutcome[] }> {
  const expected = ours.run().data;
  const equal: Prepared[] = [];
  const failed: PeerOutcome[] = [];
  try {
    for (const peer of company.peers) {
      const reason = peer.refusal(ours.work, threads);
      if (reason !== undefined) {
        company.onLeftOut(peer, reason);
        continue;
      }
      try {
        equal.push({ peer, subject: await prepareEqual(peer, { ours, threads, expected }) });
      } catch (error) {
        failed.push({ name: peer.name, times: { error: messageOf(error) } });
      }
    }
    const [first, ...others] = await takeTurns([ours, ...equal.map(({ subject }) => subject)], sampling);
    const measured = equal.map(({ peer }, index) => ({ name: peer.name, times: others[index] }));
    return { ours: first, peers: [...measured, ...failed] };
  } finally {
    for (const { subject } of equal) await subject.dispose();
  }
}

interface Expectation {
  readonly ours: ComparableSubject;
  readonly threads: number;
  readonly expected: Float32Array;
}

/** @throws Error where the peer cannot do the work after all, or its result is another */
async function prepareEqual(peer: Peer, { ours, threads, expected }: Expectation): Promise<PeerSubject> {
  const subject = await peer.subject(ours.work, threads);
  try {
    const difference = differenceOf(expected, await subject.result());
    if (difference !== undefined) throw new Error(difference);
    return subject;
  } catch (error) {
    await subject.dispose();
    throw error;
  }
}
