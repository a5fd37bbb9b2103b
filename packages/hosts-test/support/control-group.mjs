import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Skipped } from './skipped.mjs';

const MOUNT = '/sys/fs/cgroup';
const PERIOD_US = 100_000;

/** What a limit is called in the two versions of the kernel's interface. */
const FILES = {
  memory: { unified: (n) => ['memory.max', n], legacy: (n) => ['memory.limit_in_bytes', n] },
  cpu: {
    unified: (n) => ['cpu.max', `${n * PERIOD_US} ${PERIOD_US}`],
    legacy: (n) => ['cpu.cfs_quota_us', n * PERIOD_US],
  },
};
const PEAKS = ['memory.peak', 'memory.max_usage_in_bytes'];

/**
 * A control group with one limit, as a container has it.
 *
 * @param {'memory' | 'cpu'} controller @param {number} limit bytes, or processors
 * @returns the file that a process writes its number into to join; the most memory it took; `remove`
 * @throws Skipped where this process may not make groups
 */
export function controlGroup(controller, limit) {
  const isUnified = existsSync(join(MOUNT, 'cgroup.controllers'));
  const folder = join(MOUNT, isUnified ? '' : controller, `convkit-${process.pid}-${Date.now()}`);
  try {
    if (isUnified) writeFileSync(join(MOUNT, 'cgroup.subtree_control'), `+${controller}`);
    mkdirSync(folder);
    const [name, value] = FILES[controller][isUnified ? 'unified' : 'legacy'](limit);
    writeFileSync(join(folder, name), String(value));
  } catch (error) {
    throw new Skipped(`no control group can be made here (${error.code})`);
  }
  return {
    procs: join(folder, 'cgroup.procs'),
    peak: () => {
      const file = PEAKS.map((one) => join(folder, one)).find((one) => existsSync(one));
      return file === undefined ? Number.NaN : Number(readFileSync(file, 'utf8'));
    },
    remove: () => rmdirSync(folder),
  };
}
