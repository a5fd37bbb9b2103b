import { setThreads } from '../../runtime.js';
import type { BenchCase } from '../result.js';
import { type Sampling, sample } from './sampler.js';
import type { Subject } from './subject.js';

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

/** Measures one case after another. `signal` ends it between two of them. */
export async function measureCases(
  plans: readonly Plan[],
  sampling: Sampling,
  onProgress: OnProgress = () => {},
  signal?: AbortSignal,
): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const [done, plan] of plans.entries()) {
    signal?.throwIfAborted();
    onProgress(done, plans.length, plan);
    cases.push(await measureCase(plan, sampling));
  }
  onProgress(plans.length, plans.length);
  return cases;
}

async function measureCase({ suite, name, threads, prepare }: Plan, sampling: Sampling): Promise<BenchCase> {
  const about = { suite, name, side: 'convkit', threads };
  let subject: Subject | undefined;
  try {
    setThreads(threads);
    subject = await prepare();
    const { algorithm, operations, bytes } = subject;
    const { runsPerSample, samples } = await sample(() => subject?.run(), sampling);
    return { ...about, ...(algorithm === undefined ? {} : { algorithm }), operations, bytes, runsPerSample, samples };
  } catch (error) {
    return { ...about, runsPerSample: 1, samples: [], error: error instanceof Error ? error.message : String(error) };
  } finally {
    subject?.dispose();
  }
}
