import { type Check, counted, percent, short } from '../finding.js';

/** Parts of a processor that others use: below the first it does not show, above the second it shows in medians. */
const OTHERS_NOTED = 0.05;
const OTHERS_WARNED = 0.25;

/** Runnable tasks for each processor. */
const LOAD_NOTED = 0.3;

/** The mean over a minute also holds what has just ended, so it weighs less than what is seen now. */
const load: Check = ({ load, processors }) => {
  const topic = 'load';
  if (load === undefined) return undefined;
  const means = load.map(short).join(', ');
  if (load[0] < LOAD_NOTED * processors)
    return { level: 'ok', topic, says: `The load was ${means} (1, 5, 15 minutes).` };
  return {
    level: load[0] < processors ? 'note' : 'warning',
    topic,
    says: `The load was ${means} (1, 5, 15 minutes) for ${counted(processors, 'processor')}: something ran a moment ago or still runs.`,
    remedy: `Wait until it is below ${short(LOAD_NOTED * processors)}.`,
  };
};

const others: Check = ({ othersBusy, busyProcesses = [] }) => {
  const topic = 'other processes';
  if (othersBusy === undefined) return undefined;
  // The two are counted by different clocks; the larger is the one that noticed.
  const busy = Math.max(othersBusy, ...busyProcesses.map(({ processors }) => processors));
  if (busy < OTHERS_NOTED) return { level: 'ok', topic, says: 'Nothing else was busy while the machine was watched.' };
  const names = busyProcesses.map(({ name, pid, processors }) => `${name} (${pid}) ${percent(processors)}`);
  return {
    level: busy < OTHERS_WARNED ? 'note' : 'warning',
    topic,
    says: `Others used ${percent(busy)} of a processor${names.length === 0 ? '' : `: ${names.join(', ')}`}.`,
    remedy: 'End them, or measure when they have ended.',
  };
};

const quota: Check = ({ quota, processors }) => {
  const topic = 'quota';
  if (quota === undefined) return undefined;
  if (quota >= processors)
    return { level: 'ok', topic, says: `The control group's quota leaves all processors' time.` };
  const threads = Math.max(1, Math.floor(quota));
  return {
    level: 'warning',
    topic,
    says: `The control group leaves the time of ${counted(quota, 'processor')} out of ${processors}, and stops everything for the rest of a period once that is used.`,
    remedy: `Use at most ${counted(threads, 'thread')} (\`CONVKIT_THREADS=${threads}\`), or lift the limit (docker run --cpus, a pod's limits.cpu).`,
  };
};

const throttling: Check = ({ throttledPeriods }) => {
  const topic = 'throttling';
  if (throttledPeriods === undefined) return undefined;
  const { sinceStart, duringWatch } = throttledPeriods;
  if (sinceStart === 0) return { level: 'ok', topic, says: 'The control group has never been throttled.' };
  return {
    level: duringWatch > 0 ? 'warning' : 'note',
    topic,
    says: `The control group was throttled in ${counted(sinceStart, 'period')}, ${duringWatch} of them while it was watched.`,
    remedy: 'Lift its limit on processor time, or use fewer threads.',
  };
};

const virtual: Check = ({ virtual }) => {
  const topic = 'virtual machine';
  if (virtual === undefined) return undefined;
  return {
    level: 'note',
    topic,
    says: `This is a virtual machine${virtual === 'unnamed' ? '' : ` (${virtual})`}, whose neighbours and whose clock speed cannot be seen.`,
    remedy: 'Compare only what was measured by turns, close together; do not compare figures of different days.',
  };
};

const steal: Check = ({ steal }) => {
  const topic = 'steal time';
  if (steal === undefined) return undefined;
  const { sinceBoot, duringWatch } = steal;
  if (duringWatch < 0.001 && sinceBoot < 0.005) {
    return {
      level: 'ok',
      topic,
      says: `The hypervisor gave away ${percent(sinceBoot)} of the processors' time since boot.`,
    };
  }
  return {
    level: duringWatch >= 0.01 ? 'warning' : 'note',
    topic,
    says: `The hypervisor gave ${percent(duringWatch)} of the processors' time to others while it was watched, ${percent(sinceBoot)} since boot.`,
    remedy: 'Use a machine with dedicated processors.',
  };
};

/** What else uses the processors. */
export const COMPANY_CHECKS: readonly Check[] = [load, others, quota, throttling, virtual, steal];
