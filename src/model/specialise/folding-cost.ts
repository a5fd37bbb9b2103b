import { multiplyAccumulates } from '../../layers/work.js';
import type { Program } from '../../program/program.js';
import { NO_SLOT, type Step } from '../../program/step.js';

/**
 * Roughly how many numbers a program handles: what it writes, and for windows, products and tables what it reads for that.
 * Folding happens before anything runs, on the calling thread, so that it must stay cheap.
 */
export function foldingCost({ slots, steps }: Program): number {
  const sizeOf = (slot: number) => (slot === NO_SLOT ? 0 : slots[slot].size);
  let cost = 0;
  for (const step of steps) {
    for (const slot of step.operands) cost += sizeOf(slot);
    for (const slot of step.results) cost += sizeOf(slot) * readsPerResult(step);
    cost += multiplyAccumulates(step) + comparisons(step);
  }
  return cost;
}

/** What one result of a step is made of, where that is a window or a list in a table. */
function readsPerResult({ kind, geometry }: Step): number {
  const fields: Readonly<Record<string, number>> = { ...geometry };
  if (kind === 'resample') return fields.taps;
  if (kind === 'lrn') return fields.size ?? 1;
  return (fields.kernelDepth ?? 1) * (fields.kernelHeight ?? 1) * (fields.kernelWidth ?? 1);
}

function comparisons({ kind, geometry }: Step): number {
  const fields: Readonly<Record<string, number>> = { ...geometry };
  if (kind === 'nonMaxSuppression') return fields.batches * fields.classes * fields.boxes ** 2;
  if (kind === 'topK') return fields.outer * fields.inner * fields.length * Math.log2(fields.length + 1);
  return 0;
}
