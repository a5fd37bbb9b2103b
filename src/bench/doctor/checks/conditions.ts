import { formatBytes } from '../../../format-bytes.js';
import { type Check, percent, short } from '../finding.js';

/** Percent of ten seconds. */
const CPU_PRESSURE_WARNED = 5;
const MEMORY_PRESSURE_WARNED = 1;

/** How much longer than the median one piece of work in a hundred may take. */
const NOISE_NOTED = 0.05;
const NOISE_WARNED = 0.25;

/** Milliseconds. A sample of a tenth of a millisecond is then read to 1 %. */
const CLOCK_STEP_WARNED = 0.001;

const cpuPressure: Check = ({ pressure }) => {
  const topic = 'processor pressure';
  if (pressure?.cpu === undefined) return undefined;
  const says = `Tasks waited for a processor in ${short(pressure.cpu)} % of the last 10 seconds.`;
  if (pressure.cpu < CPU_PRESSURE_WARNED) return { level: 'ok', topic, says };
  return { level: 'warning', topic, says, remedy: 'Run less beside the benchmark, or give it fewer threads.' };
};

const memoryPressure: Check = ({ pressure }) => {
  const topic = 'memory pressure';
  if (pressure?.memory === undefined) return undefined;
  const says = `Tasks waited for memory in ${short(pressure.memory)} % of the last 10 seconds.`;
  if (pressure.memory < MEMORY_PRESSURE_WARNED) return { level: 'ok', topic, says };
  return { level: 'warning', topic, says, remedy: 'Free memory, or use a machine with more of it.' };
};

const swap: Check = ({ swap }) => {
  const topic = 'swap';
  if (swap === undefined) return undefined;
  const { used, moved } = swap;
  if (used === 0 && moved === 0) return { level: 'ok', topic, says: 'No swap is in use.' };
  return {
    level: moved > 0 ? 'warning' : 'note',
    topic,
    says: `${formatBytes(used)} lie in swap, and ${moved} pages moved while the machine was watched.`,
    remedy: 'Free memory, then empty it: sudo swapoff -a && sudo swapon -a',
  };
};

const clock: Check = ({ clockStep }) => {
  const topic = 'clock';
  const says = `The clock moves in steps of ${short(clockStep * 1e6)} ns.`;
  if (clockStep <= CLOCK_STEP_WARNED) return { level: 'ok', topic, says };
  return {
    level: 'warning',
    topic,
    says,
    remedy: 'Time many runs together, so that a sample lasts at least a hundred steps.',
  };
};

const noise: Check = ({ noise: { median, p99, worst, samples } }) => {
  const topic = 'noise';
  const excess = p99 / median - 1;
  const says =
    `A fixed piece of work took ${short(median)} ms in the median of ${samples}, ${percent(excess)} more at the ` +
    `99th percentile and ${short(worst)} ms at worst.`;
  if (excess < NOISE_NOTED) return { level: 'ok', topic, says };
  return {
    level: excess < NOISE_WARNED ? 'note' : 'warning',
    topic,
    says,
    remedy: 'See to the findings above; then take more samples, and compare medians.',
  };
};

/** Memory, the clock, and what comes of everything together: last, because its remedy points back. */
export const CONDITION_CHECKS: readonly Check[] = [cpuPressure, memoryPressure, swap, clock, noise];
