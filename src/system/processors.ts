import { availableParallelism, cpus } from 'node:os';
import { readText } from './text-file.js';

/**
 * The numbers in a list such as `0-3,8`.
 *
 * @see cpuset(7), "List format".
 */
export function parseCpuList(list: string): number[] {
  return list
    .split(',')
    .filter((range) => range !== '')
    .flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/**
 * The processors that the scheduler lets this process run on, by number; undefined where no file tells them.
 *
 * @see proc_pid_status(5), Cpus_allowed_list.
 */
export function allowedProcessors(root = '/'): number[] | undefined {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readText(`${root}proc/self/status`) ?? '');
  return list === null ? undefined : parseCpuList(list[1]);
}

/** How many processors this process may use, whatever a quota leaves of their time. */
export function processorCount(root = '/'): number {
  return allowedProcessors(root)?.length ?? availableParallelism();
}

/** The model's name, as the maker gives it; 'unknown' where the system does not tell. */
export function cpuModel(): string {
  return cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown';
}
