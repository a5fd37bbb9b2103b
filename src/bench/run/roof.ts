import { requireAddon } from '../../backend/native-addon.js';
import { runtime, setThreads } from '../../runtime.js';
import type { Roof } from '../result.js';

/**
 * What one thread of this machine reaches at most with the instruction set in use; undefined without the native backend,
 * whose kernels measure it. Takes some tenths of a second.
 *
 * @see Williams, Waterman and Patterson, "Roofline: an insightful visual performance model for multicore architectures", 2009
 */
export function measureRoof(): Roof | undefined {
  const { backend, threads } = runtime();
  if (backend !== 'native') return undefined;
  setThreads(1);
  try {
    const { gflops, gigabytesPerSecond } = requireAddon().roof();
    return { gflops, bandwidth: gigabytesPerSecond };
  } finally {
    setThreads(threads);
  }
}
