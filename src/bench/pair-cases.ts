import { type BenchCase, caseLabel } from './result.js';

/** One case in two files, with samples in both. */
export interface CasePair {
  readonly label: string;
  readonly base: BenchCase;
  readonly head: BenchCase;
}

/** A case that cannot be compared. */
export interface UnpairedCase {
  readonly label: string;
  readonly why: 'only in base' | 'only in head' | 'failed in base' | 'failed in head' | 'failed in both' | 'other work';
  /** What went wrong in the side that failed, in head where both did. */
  readonly error?: string;
}

export interface Pairing {
  readonly pairs: readonly CasePair[];
  readonly unpaired: readonly UnpairedCase[];
}

/**
 * Finds each case of one file in the other.
 *
 * By suite, name, side and threads; where a file has several algorithms of these, by algorithm too. A case that has one
 * in each file is the same case even if another algorithm ran: that choice is part of what is compared.
 */
export function pairCases(base: readonly BenchCase[], head: readonly BenchCase[]): Pairing {
  const pairs: CasePair[] = [];
  const unpaired: UnpairedCase[] = [];
  const [inBase, inHead] = [groupByWork(base), groupByWork(head)];
  for (const work of new Set([...inBase.keys(), ...inHead.keys()])) {
    for (const [one, other] of matchAlgorithms(inBase.get(work) ?? [], inHead.get(work) ?? [])) {
      if (one === undefined) unpaired.push({ label: caseLabel(other), why: 'only in head' });
      else if (other === undefined) unpaired.push({ label: caseLabel(one), why: 'only in base' });
      else {
        const label = pairLabel(one, other);
        const obstacle = obstacleTo(one, other);
        if (obstacle === undefined) pairs.push({ label, base: one, head: other });
        else unpaired.push({ label, ...obstacle });
      }
    }
  }
  return { pairs, unpaired };
}

function groupByWork(cases: readonly BenchCase[]): Map<string, BenchCase[]> {
  const groups = new Map<string, BenchCase[]>();
  for (const one of cases) {
    const work = JSON.stringify([one.suite, one.name, one.side, one.threads]);
    groups.set(work, [...(groups.get(work) ?? []), one]);
  }
  return groups;
}

type Match = readonly [BenchCase, BenchCase | undefined] | readonly [undefined, BenchCase];

function matchAlgorithms(base: readonly BenchCase[], head: readonly BenchCase[]): Match[] {
  if (base.length === 1 && head.length === 1) return [[base[0], head[0]]];
  const inHead = new Map(head.map((one) => [one.algorithm, one]));
  const matched = base.map((one): Match => [one, inHead.get(one.algorithm)]);
  const inBase = new Set(base.map((one) => one.algorithm));
  return [...matched, ...head.filter((one) => !inBase.has(one.algorithm)).map((one): Match => [undefined, one])];
}

function obstacleTo(base: BenchCase, head: BenchCase): Omit<UnpairedCase, 'label'> | undefined {
  if (base.error !== undefined && head.error !== undefined) return { why: 'failed in both', error: head.error };
  if (base.error !== undefined) return { why: 'failed in base', error: base.error };
  if (head.error !== undefined) return { why: 'failed in head', error: head.error };
  const sameWork = !differ(base.operations, head.operations) && !differ(base.bytes, head.bytes);
  return sameWork ? undefined : { why: 'other work' };
}

function differ(base: number | undefined, head: number | undefined): boolean {
  return base !== undefined && head !== undefined && base !== head;
}

function pairLabel(base: BenchCase, head: BenchCase): string {
  if (base.algorithm === head.algorithm) return caseLabel(base);
  return caseLabel({ ...head, algorithm: `${base.algorithm ?? 'unknown'} → ${head.algorithm ?? 'unknown'}` });
}
