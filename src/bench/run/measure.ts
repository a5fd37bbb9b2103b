import { addonFile } from '../../backend/native-addon.js';
import { type BenchResult, RESULT_SCHEMA } from '../result.js';
import { type Manner, measureCases, type OnProgress } from './cases.js';
import { readEnvironment, type Software } from './environment.js';
import { plansFor, type Selection } from './plans.js';
import { measureRoof } from './roof.js';

/** One run of the benchmark command. */
export interface Request extends Selection, Manner, Software {
  readonly command: readonly string[];
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
  const environment = readEnvironment(request, addonFile()?.path);
  const roof = request.roof ? measureRoof() : undefined;
  const cases = await measureCases(plans, request, onProgress, signal);
  return {
    schema: RESULT_SCHEMA,
    created: new Date().toISOString(),
    command: request.command,
    environment,
    ...(roof === undefined ? {} : { roof }),
    cases,
  };
}
