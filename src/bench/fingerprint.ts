import type { Environment } from './result.js';

/**
 * What must be equal for times to be comparable. The versions of convkit, of its addon and of Node.js are not among it,
 * since they are what one compares, nor is the load, which is never twice the same.
 */
const FIELDS = ['cpu', 'processors', 'quota', 'arch', 'platform', 'backend', 'isa', 'threads'] as const;

/** A fact in which two environments differ; undefined is no quota. */
export interface FingerprintDifference {
  readonly field: (typeof FIELDS)[number];
  readonly base: string | number | undefined;
  readonly head: string | number | undefined;
}

/** Why times of these two environments must not be compared; empty where they may. */
export function fingerprintDifferences(base: Environment, head: Environment): FingerprintDifference[] {
  return FIELDS.filter((field) => base[field] !== head[field]).map((field) => ({
    field,
    base: base[field],
    head: head[field],
  }));
}

/** What was measured: where all of it is equal, no difference of times is one of the code. */
const SOFTWARE = ['convkit', 'addon', 'build', 'node'] as const;

/** Whether both are of one build; of older files, which do not know the code beside the addon, that alone decides. */
export function areOneBuild(base: Environment, head: Environment): boolean {
  const isHashed = base.addon !== undefined || base.build !== undefined;
  return isHashed && SOFTWARE.every((field) => base[field] === head[field]);
}
