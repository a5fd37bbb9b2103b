import { listFolder, readNumber, readText } from './text-file.js';

/** A cache of the first processor. */
export interface Cache {
  readonly level: number;
  readonly type: 'data' | 'instruction' | 'unified';
  readonly bytes: number;
  /** Logical processors that share it. */
  readonly sharedBy: number;
}

/**
 * The caches of the first processor, innermost first; none where no file tells them.
 *
 * @see the kernel's Documentation/ABI/stable/sysfs-devices-system-cpu, cpuX/cache.
 */
export function readCaches(root = '/'): Cache[] {
  const folder = `${root}sys/devices/system/cpu/cpu0/cache`;
  return listFolder(folder)
    .filter((name) => /^index\d+$/.test(name))
    .flatMap((name) => readCache(`${folder}/${name}`));
}

function readCache(folder: string): Cache[] {
  const level = readNumber(`${folder}/level`);
  const size = /^(\d+)K$/.exec(readText(`${folder}/size`) ?? '');
  const type = readText(`${folder}/type`)?.toLowerCase();
  if (level === undefined || size === null) return [];
  if (type !== 'data' && type !== 'instruction' && type !== 'unified') return [];
  return [{ level, type, bytes: Number(size[1]) * 1024, sharedBy: sharers(readText(`${folder}/shared_cpu_map`)) }];
}

/** Bits of a mask in hexadecimal digits, in groups between commas. */
function sharers(mask = ''): number {
  const bits = [...mask.replaceAll(',', '')].map((digit) => Number.parseInt(digit, 16).toString(2));
  return Math.max(1, bits.join('').replaceAll('0', '').length);
}
