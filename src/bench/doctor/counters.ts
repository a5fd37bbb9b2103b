import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { readCpuLimit } from '../../system/cgroup.js';
import { listFolder, readNumber, readText } from '../../system/text-file.js';

/** Linux counts times for users in hundredths of a second, whatever its own clock: see proc_stat(5) and USER_HZ. */
const TICKS_PER_SECOND = 100;

/** Counters that only grow: two readings tell what happened in between. */
export interface Counters {
  /** Milliseconds. */
  readonly at: number;
  /** Milliseconds that all processors were busy, ours and others'. */
  readonly busyMs: number;
  /** Milliseconds of processor time of this process. */
  readonly ownMs: number;
  readonly steal?: { readonly stolen: number; readonly total: number };
  /** Seconds of processor time by process. */
  readonly processes: ReadonlyMap<number, { readonly name: string; readonly seconds: number }>;
  readonly thermalThrottles?: number;
  readonly throttledPeriods?: number;
  readonly swappedPages?: number;
}

/** Reads all counters; those that this system does not have are absent. */
export function readCounters(root = '/'): Counters {
  const own = process.cpuUsage();
  const steal = readSteal(root);
  const thermalThrottles = readThermalThrottles(root);
  const throttledPeriods = readCpuLimit(root)?.throttledPeriods;
  const swappedPages = readSwappedPages(root);
  return {
    at: performance.now(),
    busyMs: cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0),
    ownMs: (own.user + own.system) / 1000,
    processes: readProcesses(root),
    ...(steal === undefined ? {} : { steal }),
    ...(thermalThrottles === undefined ? {} : { thermalThrottles }),
    ...(throttledPeriods === undefined ? {} : { throttledPeriods }),
    ...(swappedPages === undefined ? {} : { swappedPages }),
  };
}

/** user nice system idle iowait irq softirq steal; guest times are in user and nice already. */
function readSteal(root: string): Counters['steal'] {
  const line = /^cpu +(.+)$/m.exec(readText(`${root}proc/stat`) ?? '');
  const times = line?.[1].split(' ').map(Number).slice(0, 8);
  if (times?.length !== 8) return undefined;
  return { stolen: times[7], total: times.reduce((sum, time) => sum + time, 0) };
}

function readThermalThrottles(root: string): number | undefined {
  const folder = `${root}sys/devices/system/cpu`;
  const counts = listFolder(folder)
    .filter((name) => /^cpu\d+$/.test(name))
    .flatMap((name) => {
      const count = readNumber(`${folder}/${name}/thermal_throttle/core_throttle_count`);
      return count === undefined ? [] : [count];
    });
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

function readSwappedPages(root: string): number | undefined {
  const text = readText(`${root}proc/vmstat`);
  if (text === undefined) return undefined;
  return [...text.matchAll(/^pswp(?:in|out) (\d+)$/gm)].reduce((sum, [, pages]) => sum + Number(pages), 0);
}

function readProcesses(root: string): Map<number, { name: string; seconds: number }> {
  const found = new Map<number, { name: string; seconds: number }>();
  for (const name of listFolder(`${root}proc`)) {
    if (!/^\d+$/.test(name)) continue;
    const process = parseProcessStat(readText(`${root}proc/${name}/stat`) ?? '');
    if (process !== undefined) found.set(Number(name), process);
  }
  return found;
}

/**
 * The name and the processor time of one process.
 *
 * @see proc_pid_stat(5): the name stands in parentheses and may hold some itself; utime and stime are fields 14 and 15.
 */
export function parseProcessStat(stat: string): { name: string; seconds: number } | undefined {
  const match = /^\d+ \((.*)\) (.*)$/s.exec(stat);
  if (match === null) return undefined;
  const fields = match[2].split(' '); // from field 3 on
  return { name: match[1], seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}
