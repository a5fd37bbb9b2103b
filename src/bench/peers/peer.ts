import type { Work } from '../run/subject.js';

/** Another library that can do the same work, where it is installed: no dependency of convkit. */
export interface Peer {
  /** The `side` of its cases. */
  readonly name: string;
  /** What npm has to install for it. */
  readonly packages: readonly string[];
  /** Loads it, which nothing else here does before. */
  available(): Promise<Availability>;
  /** Why it cannot do this work on so many threads, or undefined where it can. */
  refusal(work: Work, threads: number): string | undefined;
  /** @throws whatever the library throws */
  subject(work: Work, threads: number): Promise<PeerSubject>;
}

/** A version, or why there is none. */
export type Availability = { readonly version: string } | { readonly reason: string };

/** Work that a peer has prepared, with its values in its own layout. */
export interface PeerSubject {
  /** Called before each block of runs, outside of the clock: for libraries whose state all their backends share. */
  beforeBlock?(): Promise<unknown>;
  /** One run, its result where JavaScript can read it. */
  run(): unknown;
  /** NCHW. */
  result(): Promise<ArrayLike<number>>;
  dispose(): void | Promise<void>;
}
