import { addonFile } from '../../backend/native-addon.js';
import { type BenchResult, RESULT_SCHEMA } from '../result.js';
import { measureCases, type OnProgress } from './cases.js';
import { readEnvironment } from './environment.js';
import { plansFor, type Selection } from './plans.js';
import { measureRoof } from './roof.js';
import type { Sampling } from './sampler.js';

/** One run of the benchmark command. */
export interface Request extends Selection {
  readonly command: readonly string[];
  readonly version: string;
  readonly sampling: Sampling;
  /** Whether to measure what the machine can do at most. */
  readonly roof: boolean;
}

/**
 * Measures what is asked for, on this thread: the process should have nothing else to do.
 *
 * @throws BenchError where there is nothing to measure; the signal's reason
 */
export async function measure(request: Request, onProgress?: OnProgress, signal?: AbortSignal): Promise<BenchResult> {
  const plans = plansFor(request);
  const environment = readEnvironment(request.version, addonFile());
  const roof = request.roof ? measureRoof() : undefined;
  const cases = await measureCases(plans, request.sampling, onProgress, signal);
  return {
    schema: RESULT_SCHEMA,
    created: new Date().toISOString(),
    command: request.command,
    environment,
    ...(roof === undefined ? {} : { roof }),
    cases,
  };
}
