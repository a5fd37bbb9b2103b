import { allowedProcessors } from '../../system/processors.js';
import { listFolder, readNumber, readText } from '../../system/text-file.js';
import type { Machine } from './machine.js';

type Facts = Pick<Machine, 'cores' | 'governors' | 'turbo' | 'onBattery' | 'virtual' | 'pressure'>;

/** What Linux tells of the machine in files that do not change while it is watched. */
export function readFacts(root = '/'): Facts & { readonly swapUsed?: number } {
  const folders = (allowedProcessors(root) ?? []).map((number) => `${root}sys/devices/system/cpu/cpu${number}`);
  return dropUndefined({
    cores: countCores(folders),
    governors: distinct(folders.map((folder) => readText(`${folder}/cpufreq/scaling_governor`))),
    turbo: readTurbo(root),
    onBattery: readOnBattery(root),
    virtual: readVirtual(root),
    pressure: readPressure(root),
    swapUsed: readSwapUsed(root),
  });
}

/** An absent property for every undefined one, as `exactOptionalPropertyTypes` has it. */
function dropUndefined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function distinct(values: readonly (string | undefined)[]): string[] | undefined {
  const known = new Set(values.filter((value) => value !== undefined));
  return known.size === 0 ? undefined : [...known].sort();
}

/** Processors of one core name the same siblings. */
function countCores(folders: readonly string[]): number | undefined {
  return distinct(folders.map((folder) => readText(`${folder}/topology/thread_siblings_list`)))?.length;
}

/** Intel's driver says whether turbo is off, all others whether boost is on. */
function readTurbo(root: string): boolean | undefined {
  const off = readNumber(`${root}sys/devices/system/cpu/intel_pstate/no_turbo`);
  const on = readNumber(`${root}sys/devices/system/cpu/cpufreq/boost`);
  if (off !== undefined) return off === 0;
  return on === undefined ? undefined : on === 1;
}

/** A battery of scope Device is a mouse's. */
function readOnBattery(root: string): boolean | undefined {
  const folder = `${root}sys/class/power_supply`;
  const batteries = listFolder(folder)
    .map((name) => `${folder}/${name}`)
    .filter((supply) => readText(`${supply}/type`) === 'Battery' && readText(`${supply}/scope`) !== 'Device');
  if (batteries.length === 0) return undefined;
  return batteries.some((supply) => readText(`${supply}/status`) === 'Discharging');
}

/** x86 shows a hypervisor as a flag of the processor, Xen as a file; the name is what the firmware says of the board. */
function readVirtual(root: string): string | undefined {
  const hypervisor = readText(`${root}sys/hypervisor/type`);
  const flagged = /^flags\s*:.*\bhypervisor\b/m.test(readText(`${root}proc/cpuinfo`) ?? '');
  if (hypervisor === undefined && !flagged) return undefined;
  const names = ['sys_vendor', 'product_name'].map((name) => readText(`${root}sys/class/dmi/id/${name}`));
  return names.filter((name) => name).join(' ') || hypervisor || 'unnamed';
}

/** @see the kernel's Documentation/accounting/psi.rst: `some avg10=0.35 avg60=…` */
function readPressure(root: string): Machine['pressure'] {
  const [cpu, memory] = ['cpu', 'memory'].map((name) => {
    const match = /^some avg10=([\d.]+)/m.exec(readText(`${root}proc/pressure/${name}`) ?? '');
    return match === null ? undefined : Number(match[1]);
  });
  if (cpu === undefined && memory === undefined) return undefined;
  return dropUndefined({ cpu, memory });
}

/** Bytes: /proc/meminfo counts in KiB, and calls them kB. */
function readSwapUsed(root: string): number | undefined {
  const text = readText(`${root}proc/meminfo`) ?? '';
  const [total, free] = ['SwapTotal', 'SwapFree'].map((name) => new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text));
  return total && free ? (Number(total[1]) - Number(free[1])) * 1024 : undefined;
}
