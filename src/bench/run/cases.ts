import { setThreads } from '../../runtime.js';
import { messageOf } from '../../thrown.js';
import { besidePeers, type Company } from '../peers/beside-peers.js';
import type { BenchCase } from '../result.js';
import { type Sampling, sample } from './sampler.js';
import type { ComparableSubject, Subject } from './subject.js';

/** What is to be measured: prepared only when its turn comes, and freed before the next. */
export interface Plan {
  readonly suite: string;
  readonly name: string;
  readonly threads: number;
  /** @throws what is wrong with it; it is then reported in its place */
  prepare(): Subject | Promise<Subject>;
}

/** Told before each case, and once more when all are done. */
export type OnProgress = (done: number, total: number, next?: Plan) => void;

/** How cases are measured. */
export interface Manner {
  readonly sampling: Sampling;
  /** Who is measured beside convkit, where the work can be compared. */
  readonly company?: Company | undefined;
}

/** Measures one case after another. `signal` ends it between two of them. */
export async function measureCases(
  plans: readonly Plan[],
  manner: Manner,
  onProgress: OnProgress = () => {},
  signal?: AbortSignal,
): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const [done, plan] of plans.entries()) {
    signal?.throwIfAborted();
    onProgress(done, plans.length, plan);
    cases.push(...(await measurePlan(plan, manner)));
  }
  onProgress(plans.length, plans.length);
  return cases;
}

/** Our case, and after it those of the peers. */
async function measurePlan({ suite, name, threads, prepare }: Plan, manner: Manner): Promise<BenchCase[]> {
  const about = { suite, name, side: 'convkit', threads };
  let subject: Subject | undefined;
  try {
    setThreads(threads);
    subject = await prepare();
    const { algorithm, operations, bytes } = subject;
    const { ours, peers } = await measureSubject(subject, threads, manner);
    const counts = { operations, bytes };
    return [
      { ...about, ...(algorithm === undefined ? {} : { algorithm }), ...counts, ...ours },
      ...peers.map(({ name: side, times }) => ({ ...about, side, ...counts, runsPerSample: 1, samples: [], ...times })),
    ];
  } catch (error) {
    return [{ ...about, runsPerSample: 1, samples: [], error: messageOf(error) }];
  } finally {
    subject?.dispose();
  }
}

async function measureSubject(subject: Subject, threads: number, { sampling, company }: Manner) {
  if (company !== undefined && isComparable(subject)) return besidePeers(subject, threads, { company, sampling });
  return { ours: await sample(() => subject.run(), sampling), peers: [] };
}

function isComparable(subject: Subject): subject is ComparableSubject {
  return 'work' in subject;
}
