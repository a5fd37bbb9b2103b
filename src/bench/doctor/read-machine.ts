import { loadavg } from 'node:os';
import { readCpuLimit } from '../../system/cgroup.js';
import { processorCount } from '../../system/processors.js';
import { readCounters } from './counters.js';
import { readFacts } from './facts.js';
import type { Machine } from './machine.js';
import { clockStep, measureNoise } from './noise.js';
import { whatHappened } from './watched.js';

/** How the machine is looked at. */
export interface Watch {
  /** How long the noise is measured and the counters are watched. */
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
}

/**
 * Looks at this machine, which takes as long as the watch does. On macOS and Windows only what Node tells is known.
 *
 * @throws the signal's reason, where it is aborted.
 */
export async function readMachine({ milliseconds, signal }: Watch): Promise<Machine> {
  const { swapUsed, ...facts } = readFacts();
  // Before our own work adds to it. Windows has no such mean, and Node then says 0.
  const load = process.platform === 'win32' ? undefined : loadavg();
  const quota = readCpuLimit()?.quota;
  const before = readCounters();
  const noise = await measureNoise(milliseconds, signal);
  const after = readCounters();
  return {
    platform: process.platform,
    processors: processorCount(),
    ...facts,
    ...(load === undefined ? {} : { load }),
    ...(quota === undefined ? {} : { quota }),
    ...whatHappened(before, after, process.pid, swapUsed),
    clockStep: clockStep(),
    noise,
  };
}
