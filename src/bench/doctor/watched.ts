import type { Counters } from './counters.js';
import type { BusyProcess, Machine } from './machine.js';

/** Processes that used less than this part of a processor are not worth naming. */
const LEAST_SHARE = 0.02;
const MOST_NAMED = 3;

type Watched = Pick<
  Machine,
  'othersBusy' | 'busyProcesses' | 'throttledPeriods' | 'steal' | 'thermalThrottles' | 'swap'
>;

/** What two readings of the counters tell about the time between them. */
export function whatHappened(before: Counters, after: Counters, self: number, swapUsed: number | undefined): Watched {
  const elapsed = after.at - before.at;
  const others = after.busyMs - before.busyMs - (after.ownMs - before.ownMs);
  return {
    othersBusy: Math.max(0, others / elapsed),
    busyProcesses: busiest(before, after, self),
    ...(before.throttledPeriods === undefined || after.throttledPeriods === undefined
      ? {}
      : {
          throttledPeriods: {
            sinceStart: after.throttledPeriods,
            duringWatch: after.throttledPeriods - before.throttledPeriods,
          },
        }),
    ...(before.thermalThrottles === undefined || after.thermalThrottles === undefined
      ? {}
      : {
          thermalThrottles: {
            sinceBoot: after.thermalThrottles,
            duringWatch: after.thermalThrottles - before.thermalThrottles,
          },
        }),
    ...(swapUsed === undefined
      ? {}
      : { swap: { used: swapUsed, moved: (after.swappedPages ?? 0) - (before.swappedPages ?? 0) } }),
    ...stolen(before, after),
  };
}

function stolen({ steal: before }: Counters, { steal: after }: Counters): Pick<Machine, 'steal'> {
  if (before === undefined || after === undefined) return {};
  const watched = after.total - before.total;
  return {
    steal: {
      sinceBoot: after.total === 0 ? 0 : after.stolen / after.total,
      duringWatch: watched === 0 ? 0 : (after.stolen - before.stolen) / watched,
    },
  };
}

/** A process that began during the watch counts from zero. */
function busiest(before: Counters, after: Counters, self: number): BusyProcess[] {
  const seconds = (after.at - before.at) / 1000;
  return [...after.processes]
    .map(([pid, { name, seconds: used }]) => ({
      pid,
      name,
      processors: (used - (before.processes.get(pid)?.seconds ?? 0)) / seconds,
    }))
    .filter(({ pid, processors }) => pid !== self && processors >= LEAST_SHARE)
    .sort((a, b) => b.processors - a.processors)
    .slice(0, MOST_NAMED);
}
