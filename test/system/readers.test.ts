import { describe, expect, it } from 'vitest';
import { readCaches } from '../../src/system/caches.js';
import { readCpuLimit } from '../../src/system/cgroup.js';
import { allowedProcessors, parseCpuList } from '../../src/system/processors.js';
import { fileTree } from '../support/file-tree.js';

describe('parseCpuList', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0-1,8,10-11', [0, 1, 8, 10, 11]],
    ['', []],
  ])('%j', (list, numbers) => {
    expect(parseCpuList(list)).toEqual(numbers);
  });
});

describe('allowedProcessors', () => {
  it('reads what the scheduler allows', () => {
    const root = fileTree({
      'proc/self/status': 'Name:\tnode\nCpus_allowed:\tf0\nCpus_allowed_list:\t4-7\nSeccomp:\t0',
    });
    expect(allowedProcessors(root)).toEqual([4, 5, 6, 7]);
  });

  it('does not know where there is no such file', () => {
    expect(allowedProcessors(fileTree({}))).toBeUndefined();
  });
});

describe('readCaches', () => {
  const cache = (index: number, [level, type, size, map]: readonly string[]) => ({
    [`sys/devices/system/cpu/cpu0/cache/index${index}/level`]: level,
    [`sys/devices/system/cpu/cpu0/cache/index${index}/type`]: type,
    [`sys/devices/system/cpu/cpu0/cache/index${index}/size`]: size,
    [`sys/devices/system/cpu/cpu0/cache/index${index}/shared_cpu_map`]: map,
  });

  it('reads sizes, and counts who shares a cache', () => {
    const root = fileTree({
      ...cache(0, ['1', 'Data', '48K', '00000000,00000001']),
      ...cache(3, ['3', 'Unified', '32768K', 'ffff,00ff00ff']),
    });
    expect(readCaches(root)).toEqual([
      { level: 1, type: 'data', bytes: 49152, sharedBy: 1 },
      { level: 3, type: 'unified', bytes: 33554432, sharedBy: 32 },
    ]);
  });

  it('leaves out what it cannot read', () => {
    expect(readCaches(fileTree(cache(0, ['1', 'Data', 'unknown', '1'])))).toEqual([]);
    expect(readCaches(fileTree({}))).toEqual([]);
  });
});

describe('readCpuLimit', () => {
  it('takes the tightest limit of version 2, from the group or from one above it', () => {
    const root = fileTree({
      'proc/self/cgroup': '0::/kubepods/pod7',
      'sys/fs/cgroup/kubepods/cpu.max': '150000 100000',
      'sys/fs/cgroup/kubepods/pod7/cpu.max': 'max 100000',
      'sys/fs/cgroup/kubepods/pod7/cpu.stat':
        'usage_usec 5\nnr_periods 10\nnr_throttled 4\nthrottled_usec 2500\nnr_bursts 0',
    });
    expect(readCpuLimit(root)).toEqual({ quota: 1.5, throttledPeriods: 4, throttledMs: 2.5 });
  });

  it('reads version 1, also where the container sees its group as the root', () => {
    const root = fileTree({
      'proc/self/cgroup': '5:cpu,cpuacct:/docker/0123\n1:name=systemd:/docker/0123',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '50000',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000',
      'sys/fs/cgroup/cpu,cpuacct/cpu.stat': 'nr_periods 9\nnr_throttled 3\nthrottled_time 7000000',
    });
    expect(readCpuLimit(root)).toEqual({ quota: 0.5, throttledPeriods: 3, throttledMs: 7 });
  });

  it('knows groups without a limit', () => {
    const root = fileTree({
      'proc/self/cgroup': '1:cpu:/',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
    });
    expect(readCpuLimit(root)).toEqual({ throttledPeriods: 0, throttledMs: 0 });
  });

  it('knows no groups where there are none', () => {
    expect(readCpuLimit(fileTree({}))).toBeUndefined();
  });
});
