import type { Value } from './value.js';

/**
 * Thrown while a node is lowered: the shape of its result, or which program computes it, depends on numbers that only
 * a run will tell. The program ends before this node; what follows is specialised when the numbers are there.
 */
export class NeedsValue extends Error {
  readonly needed: readonly Value[];
  /** What the node has computed before it had to ask, so that the next program need not compute it again. */
  readonly progress: Progress | undefined;

  constructor(needed: readonly Value[], progress?: Progress) {
    super('a value is needed that is not known yet');
    this.needed = needed;
    this.progress = progress;
  }
}

export interface Progress {
  /** Under which the node will ask for the values again. */
  readonly key: string;
  readonly values: readonly Value[];
}
