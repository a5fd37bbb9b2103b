import { describe, expect, it } from 'vitest';
import { type Counters, parseProcessStat, readCounters } from '../../../src/bench/doctor/counters.js';
import { readFacts } from '../../../src/bench/doctor/facts.js';
import { clockStep, measureNoise } from '../../../src/bench/doctor/noise.js';
import { whatHappened } from '../../../src/bench/doctor/watched.js';
import { fileTree } from '../../support/file-tree.js';

const cpu = (number: number, siblings: string, governor: string) => ({
  [`sys/devices/system/cpu/cpu${number}/topology/thread_siblings_list`]: siblings,
  [`sys/devices/system/cpu/cpu${number}/cpufreq/scaling_governor`]: governor,
});

describe('readFacts', () => {
  it('reads a laptop', () => {
    const root = fileTree({
      'proc/self/status': 'Cpus_allowed_list:\t0-3',
      ...cpu(0, '0,2', 'powersave'),
      ...cpu(1, '1,3', 'performance'),
      ...cpu(2, '0,2', 'powersave'),
      ...cpu(3, '1,3', 'performance'),
      'sys/devices/system/cpu/intel_pstate/no_turbo': '0',
      'sys/class/power_supply/AC/type': 'Mains',
      'sys/class/power_supply/BAT0/type': 'Battery',
      'sys/class/power_supply/BAT0/status': 'Discharging',
      'proc/cpuinfo': 'flags\t\t: fpu vme avx2\n',
      'proc/pressure/cpu': 'some avg10=1.25 avg60=0.00 avg300=0.00 total=1\nfull avg10=9.00',
      'proc/meminfo': 'MemTotal: 100 kB\nSwapTotal:       2048 kB\nSwapFree:        1024 kB',
    });
    expect(readFacts(root)).toEqual({
      cores: 2,
      governors: ['performance', 'powersave'],
      turbo: true,
      onBattery: true,
      pressure: { cpu: 1.25 },
      swapUsed: 1048576,
    });
  });

  it('reads a virtual machine, and counts only the processors that it may use', () => {
    const root = fileTree({
      'proc/self/status': 'Cpus_allowed_list:\t1',
      ...cpu(0, '0', 'performance'),
      ...cpu(1, '1', 'schedutil'),
      'sys/devices/system/cpu/cpufreq/boost': '0',
      'proc/cpuinfo': 'flags\t\t: fpu hypervisor lahf_lm',
      'sys/class/dmi/id/sys_vendor': 'QEMU',
      'sys/class/power_supply/hidpp_battery_0/type': 'Battery',
      'sys/class/power_supply/hidpp_battery_0/scope': 'Device',
      'sys/class/power_supply/hidpp_battery_0/status': 'Discharging',
    });
    expect(readFacts(root)).toEqual({ cores: 1, governors: ['schedutil'], turbo: false, virtual: 'QEMU' });
  });

  it('knows nothing where no file tells anything', () => {
    expect(readFacts(fileTree({}))).toEqual({});
  });
});

describe('readCounters', () => {
  it('reads what Linux counts', () => {
    const root = fileTree({
      'proc/stat': 'cpu  10 20 30 40 50 60 70 80 90 100\ncpu0 1 2 3',
      'proc/vmstat': 'pgpgin 7\npswpin 3\npswpout 4',
      'proc/42/stat': `42 (a (b) c) S ${Array.from({ length: 20 }, (_, i) => i + 4).join(' ')}`,
      'sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count': '2',
      'sys/devices/system/cpu/cpu11/thermal_throttle/core_throttle_count': '5',
    });
    expect(readCounters(root)).toMatchObject({
      steal: { stolen: 80, total: 360 },
      swappedPages: 7,
      thermalThrottles: 7,
      processes: new Map([[42, { name: 'a (b) c', seconds: (14 + 15) / 100 }]]),
    });
  });

  it('leaves out what another system does not count', () => {
    const counters = readCounters(fileTree({}));
    expect(Object.keys(counters).sort()).toEqual(['at', 'busyMs', 'ownMs', 'processes']);
    expect(counters.processes.size).toBe(0);
  });

  it('does not take another text for a process', () => {
    expect(parseProcessStat('')).toBeUndefined();
  });
});

describe('whatHappened', () => {
  const process = (name: string, seconds: number) => ({ name, seconds });
  const before: Counters = {
    at: 1000,
    busyMs: 5000,
    ownMs: 100,
    steal: { stolen: 10, total: 1000 },
    processes: new Map([
      [1, process('self', 5)],
      [2, process('idle', 5)],
      [3, process('busy', 5)],
    ]),
    thermalThrottles: 4,
    throttledPeriods: 0,
    swappedPages: 9,
  };
  const after: Counters = {
    at: 3000,
    busyMs: 8000,
    ownMs: 2100,
    steal: { stolen: 30, total: 1400 },
    processes: new Map([
      [1, process('self', 7)],
      [2, process('idle', 5.01)],
      [3, process('busy', 5.5)],
      [4, process('new', 1)],
    ]),
    thermalThrottles: 5,
    throttledPeriods: 2,
    swappedPages: 12,
  };

  it('divides what grew by the time that passed, and leaves this process out', () => {
    expect(whatHappened(before, after, 1, 4096)).toEqual({
      othersBusy: 0.5,
      busyProcesses: [
        { pid: 4, name: 'new', processors: 0.5 },
        { pid: 3, name: 'busy', processors: 0.25 },
      ],
      throttledPeriods: { sinceStart: 2, duringWatch: 2 },
      thermalThrottles: { sinceBoot: 5, duringWatch: 1 },
      swap: { used: 4096, moved: 3 },
      steal: { sinceBoot: 30 / 1400, duringWatch: 0.05 },
    });
  });

  it('is silent of what was not counted', () => {
    const bare = ({ at, busyMs, ownMs }: Counters): Counters => ({ at, busyMs, ownMs, processes: new Map() });
    expect(whatHappened(bare(before), bare(after), 1, undefined)).toEqual({ othersBusy: 0.5, busyProcesses: [] });
  });
});

describe('measureNoise', () => {
  it('gives times in order', async () => {
    const { median, p99, worst, samples } = await measureNoise(30);
    expect(samples).toBeGreaterThan(0);
    expect(median).toBeGreaterThan(0);
    expect(p99).toBeGreaterThanOrEqual(median);
    expect(worst).toBeGreaterThanOrEqual(p99);
  });

  it('ends at once where it is interrupted', async () => {
    const start = performance.now();
    await expect(measureNoise(60_000, AbortSignal.timeout(20))).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError' }),
    );
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('clockStep', () => {
  it('is a step', () => {
    expect(clockStep()).toBeGreaterThan(0);
    expect(clockStep()).toBeLessThan(100);
  });
});
