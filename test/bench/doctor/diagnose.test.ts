import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/bench/doctor/diagnose.js';
import type { Level } from '../../../src/bench/doctor/finding.js';
import type { Machine } from '../../../src/bench/doctor/machine.js';
import { formatFindings } from '../../../src/cli/commands/doctor-report.js';

/** What a system tells that has neither /proc nor /sys. */
const BARE: Machine = {
  platform: 'darwin',
  processors: 8,
  clockStep: 41e-6,
  noise: { median: 0.2, p99: 0.202, worst: 0.3, samples: 5000 },
};

/** A server of one's own, made ready for measuring. */
const QUIET: Machine = {
  ...BARE,
  platform: 'linux',
  cores: 8,
  governors: ['performance'],
  turbo: false,
  thermalThrottles: { sinceBoot: 0, duringWatch: 0 },
  onBattery: false,
  load: [0.1, 0.2, 0.3],
  othersBusy: 0.01,
  busyProcesses: [],
  quota: 8,
  throttledPeriods: { sinceStart: 0, duringWatch: 0 },
  steal: { sinceBoot: 0, duringWatch: 0 },
  pressure: { cpu: 0.5, memory: 0 },
  swap: { used: 0, moved: 0 },
};

describe('diagnose', () => {
  it('finds nothing wrong with a quiet machine, on every count', () => {
    const findings = diagnose(QUIET);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(findings.filter(({ remedy }) => remedy !== undefined)).toEqual([]);
    // All that a machine may tell, but that it is a virtual one.
    expect(findings).toHaveLength(16);
  });

  it('says only what the system told', () => {
    expect(diagnose(BARE).map(({ topic, level }) => [topic, level])).toEqual([
      ['processors', 'ok'],
      ['clock', 'ok'],
      ['noise', 'ok'],
    ]);
  });

  const cases: readonly (readonly [string, Partial<Machine>, Level, RegExp, RegExp])[] = [
    ['processors', { processors: 1 }, 'warning', /has one processor/, /at least two/],
    ['SMT', { cores: 4 }, 'note', /8 processors are threads of 4 cores/, /CONVKIT_THREADS=4/],
    ['SMT', { cores: 1, processors: 2 }, 'note', /threads of 1 core,/, /at most 1 thread /],
    ['frequency governor', { governors: ['performance', 'powersave'] }, 'warning', /powersave/, /-g performance/],
    ['turbo', { turbo: true }, 'note', /Turbo is on/, /no_turbo/],
    ['heat', { thermalThrottles: { sinceBoot: 12345, duringWatch: 0 } }, 'note', /12345 times since boot/, /Pause/],
    ['heat', { thermalThrottles: { sinceBoot: 5, duringWatch: 1 } }, 'warning', /1 time while/, /cool/],
    ['battery', { onBattery: true }, 'warning', /battery/, /Plug/],
    ['load', { load: [2.4, 1, 1] }, 'note', /2\.4, 1, 1/, /below 2\.4/],
    ['load', { load: [8, 1, 1] }, 'warning', /8 processors/, /below/],
    ['other processes', { othersBusy: 0.05 }, 'note', /used 5 % of a processor\.$/, /End them/],
    [
      'other processes',
      { othersBusy: 0, busyProcesses: [{ pid: 7, name: 'cc1plus', processors: 0.98 }] },
      'warning',
      /98 % of a processor: cc1plus \(7\) 98 %/,
      /End them/,
    ],
    ['quota', { quota: 2.5 }, 'warning', /2\.5 processors out of 8/, /CONVKIT_THREADS=2/],
    ['quota', { quota: 0.5 }, 'warning', /0\.5 processors/, /at most 1 thread /],
    [
      'throttling',
      { throttledPeriods: { sinceStart: 9, duringWatch: 0 } },
      'note',
      /9 periods, 0 of them/,
      /fewer threads/,
    ],
    ['throttling', { throttledPeriods: { sinceStart: 9, duringWatch: 3 } }, 'warning', /3 of them/, /fewer threads/],
    ['virtual machine', { virtual: 'Amazon EC2' }, 'note', /\(Amazon EC2\)/, /by turns/],
    ['virtual machine', { virtual: 'unnamed' }, 'note', /virtual machine, whose/, /by turns/],
    ['steal time', { steal: { sinceBoot: 0.02, duringWatch: 0 } }, 'note', /2 % since boot/, /dedicated/],
    ['steal time', { steal: { sinceBoot: 0, duringWatch: 0.03 } }, 'warning', /gave 3 %/, /dedicated/],
    ['processor pressure', { pressure: { cpu: 5, memory: 0 } }, 'warning', /5 % of the last/, /fewer threads/],
    ['memory pressure', { pressure: { cpu: 0, memory: 1.5 } }, 'warning', /1\.5 % of the last/, /Free memory/],
    ['swap', { swap: { used: 3 * 2 ** 20, moved: 0 } }, 'note', /3 MiB/, /swapoff/],
    ['swap', { swap: { used: 2 ** 20, moved: 4 } }, 'warning', /4 pages moved/, /swapoff/],
    ['clock', { clockStep: 0.1 }, 'warning', /100000 ns/, /many runs together/],
    ['noise', { noise: { ...QUIET.noise, p99: 0.22 } }, 'note', /10 % more at the 99th/, /more samples/],
    ['noise', { noise: { ...QUIET.noise, p99: 0.4 } }, 'warning', /100 % more at the 99th/, /more samples/],
  ];

  it.each(cases)('%s: %j is a %s', (topic, change, level, says, remedy) => {
    const found = diagnose({ ...QUIET, ...change }).filter((finding) => finding.level !== 'ok');
    expect(found.map((finding) => [finding.topic, finding.level])).toEqual([[topic, level]]);
    expect(found[0].says).toMatch(says);
    expect(found[0].remedy).toMatch(remedy);
  });

  it('has been seen to warn or note of every topic', () => {
    const topics = new Set(diagnose({ ...QUIET, virtual: 'QEMU' }).map(({ topic }) => topic));
    expect(new Set(cases.map(([topic]) => topic))).toEqual(topics);
  });
});

describe('formatFindings', () => {
  it('fits 80 columns, and puts what to do under what was found', () => {
    const bad = { ...QUIET, onBattery: true, quota: 2, governors: ['powersave'], virtual: 'x'.repeat(30) };
    const text = formatFindings(diagnose(bad));
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(
      /^warning {2}The machine runs on its battery, which holds the clock down\.\n {9}→ Plug it in\.$/m,
    );
    expect(text).toMatch(/\n\nTimings here are unstable: 3 warnings, 1 note\.$/);
  });

  it('counts notes alone, and says when all is well', () => {
    expect(formatFindings(diagnose({ ...QUIET, turbo: true }))).toMatch(/\nTimings here may vary: 1 note\.$/);
    expect(formatFindings(diagnose(QUIET))).toMatch(/\nNothing here makes timings unstable\.$/);
  });
});
