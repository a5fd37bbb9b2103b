import type { Environment, Roof } from '../result.js';
import { formatRate } from './units.js';

/** The machine in one line, for the head of a table. */
export function environmentLine(environment: Environment): string {
  const { convkit, backend, isa, cpu, processors, quota, node, platform, arch } = environment;
  const limit = quota === undefined ? '' : ` (${quota} by quota)`;
  return `convkit ${convkit} (${backend}, ${isa}) · ${cpu}, ${processors} processors${limit} · Node ${node}, ${platform} ${arch}`;
}

/** What the machine allows, in one line. */
export function roofLine({ gflops, bandwidth }: Roof): string {
  return `roof of one thread: ${formatRate(gflops)} GFLOP/s, ${formatRate(bandwidth)} GB/s`;
}
