import { type Check, counted } from '../finding.js';

const oneProcessor: Check = ({ processors }) => {
  const topic = 'processors';
  if (processors > 1) return { level: 'ok', topic, says: `This process may use ${counted(processors, 'processor')}.` };
  return {
    level: 'warning',
    topic,
    says: 'This process has one processor, which it shares with everything else that runs.',
    remedy: 'Measure where there are at least two, or compare minima only.',
  };
};

const siblings: Check = ({ processors, cores }) => {
  const topic = 'SMT';
  if (cores === undefined) return undefined;
  if (cores >= processors) return { level: 'ok', topic, says: 'Every processor is a core of its own.' };
  return {
    level: 'note',
    topic,
    says: `The ${counted(processors, 'processor')} are threads of ${counted(cores, 'core')}, and two threads of a core slow each other.`,
    remedy: `Use at most ${counted(cores, 'thread')} (\`CONVKIT_THREADS=${cores}\`), or pin the process to one processor a core with taskset.`,
  };
};

/** Only 'performance' asks for the same frequency all the time. */
const governor: Check = ({ governors }) => {
  const topic = 'frequency governor';
  if (governors === undefined) return undefined;
  const names = governors.join(', ');
  if (names === 'performance') return { level: 'ok', topic, says: 'The frequency governor is performance.' };
  return {
    level: 'warning',
    topic,
    says: `The frequency governor is ${names}, so the clock follows the load and the first runs are slow.`,
    remedy: 'Run: sudo cpupower frequency-set -g performance',
  };
};

const turbo: Check = ({ turbo }) => {
  const topic = 'turbo';
  if (turbo === undefined) return undefined;
  if (!turbo) return { level: 'ok', topic, says: 'Turbo is off.' };
  return {
    level: 'note',
    topic,
    says: 'Turbo is on, so the clock depends on heat, on the instruction set and on how many cores are busy.',
    remedy:
      'For steady figures switch it off: echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo, ' +
      'or echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost',
  };
};

const heat: Check = ({ thermalThrottles }) => {
  const topic = 'heat';
  if (thermalThrottles === undefined) return undefined;
  const { sinceBoot, duringWatch } = thermalThrottles;
  if (duringWatch > 0) {
    return {
      level: 'warning',
      topic,
      says: `The processor was slowed for its heat ${counted(duringWatch, 'time')} while it was watched.`,
      remedy: 'Let it cool, and see to its cooling.',
    };
  }
  if (sinceBoot === 0)
    return { level: 'ok', topic, says: 'The processor has not been slowed for its heat since boot.' };
  return {
    level: 'note',
    topic,
    says: `The processor has been slowed for its heat ${counted(sinceBoot, 'time')} since boot.`,
    remedy: 'Pause between long runs.',
  };
};

const battery: Check = ({ onBattery }) => {
  const topic = 'battery';
  if (onBattery === undefined) return undefined;
  if (!onBattery) return { level: 'ok', topic, says: 'The machine does not run on its battery.' };
  return {
    level: 'warning',
    topic,
    says: 'The machine runs on its battery, which holds the clock down.',
    remedy: 'Plug it in.',
  };
};

/** What the processor itself does to timings. */
export const PROCESSOR_CHECKS: readonly Check[] = [oneProcessor, siblings, governor, turbo, heat, battery];
