import { readNumber, readText } from './text-file.js';

/** What a container's limit on processor time does to this process. */
export interface CpuLimit {
  /** Processors' worth of time in each period; absent where there is no limit. */
  readonly quota?: number;
  /** Periods in which the group had used up its time, since it was made. */
  readonly throttledPeriods: number;
  /** Milliseconds that it then waited, all processors together, since it was made. */
  readonly throttledMs: number;
}

/**
 * The tightest limit on the processor time of this process, from its control group and those above, version 1 or 2;
 * undefined where there are no groups.
 *
 * @see the kernel's Documentation/admin-guide/cgroup-v2.rst (cpu.max, cpu.stat) and Documentation/scheduler/sched-bwc.rst.
 */
export function readCpuLimit(root = '/'): CpuLimit | undefined {
  const limits = folders(root).flatMap((folder) => {
    const quota = quotaV2(folder) ?? quotaV1(folder);
    const stat = readText(`${folder}/cpu.stat`);
    return quota === undefined && stat === undefined ? [] : [{ quota, ...throttling(stat ?? '') }];
  });
  if (limits.length === 0) return undefined;
  const quotas = limits.flatMap(({ quota }) => (quota !== undefined && Number.isFinite(quota) ? [quota] : []));
  return {
    ...(quotas.length === 0 ? {} : { quota: Math.min(...quotas) }),
    throttledPeriods: Math.max(...limits.map(({ throttledPeriods }) => throttledPeriods)),
    throttledMs: Math.max(...limits.map(({ throttledMs }) => throttledMs)),
  };
}

/** The folders of the group of this process and of all groups around it. */
function folders(root: string): string[] {
  const base = `${root}sys/fs/cgroup`;
  return (readText(`${root}proc/self/cgroup`) ?? '').split('\n').flatMap((line) => {
    const [hierarchy, controllers, path] = line.split(':');
    if (path === undefined) return [];
    if (hierarchy === '0') return [...upwards(base, path), ...upwards(`${base}/unified`, path)];
    if (!controllers.split(',').includes('cpu')) return [];
    // A container sees its group as the root of the mount, under the path that the host knows it by.
    return [...upwards(`${base}/${controllers}`, path), ...upwards(`${base}/cpu`, path)];
  });
}

function upwards(mount: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return parts.map((_, i) => `${mount}/${parts.slice(0, i + 1).join('/')}`).concat(mount);
}

function quotaV2(folder: string): number | undefined {
  const [quota, period] = readText(`${folder}/cpu.max`)?.split(' ') ?? [];
  if (period === undefined) return undefined;
  return quota === 'max' ? Number.POSITIVE_INFINITY : Number(quota) / Number(period);
}

function quotaV1(folder: string): number | undefined {
  const quota = readNumber(`${folder}/cpu.cfs_quota_us`);
  const period = readNumber(`${folder}/cpu.cfs_period_us`);
  if (quota === undefined || period === undefined) return undefined;
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

/** Version 2 counts microseconds in throttled_usec, version 1 nanoseconds in throttled_time. */
function throttling(stat: string): { throttledPeriods: number; throttledMs: number } {
  const field = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return {
    throttledPeriods: field('nr_throttled'),
    throttledMs: field('throttled_usec') / 1e3 + field('throttled_time') / 1e6,
  };
}
