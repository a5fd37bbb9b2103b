import { REDUCE_OPERATIONS, type ReduceOperation } from '../../geometry/records.js';
import type { ReduceStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** What becomes of x[start], x[start + stride] … of which there are `length`, at least one. */
type Reduction = (x: Float32Array, start: number, stride: number, length: number) => number;

/** [outer, length, inner] → [outer, inner], a line at a time. */
export function compileReduce(step: ReduceStep): CompiledStep {
  const { operation, outer, length, inner } = step.geometry;
  const reduction = REDUCTIONS[REDUCE_OPERATIONS[operation]];
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) y[o * inner + i] = reduction(x, o * length * inner + i, inner, length);
      }
    },
  };
}

const sum: Reduction = (x, start, stride, length) => {
  let total = 0;
  for (let k = 0, at = start; k < length; k++, at += stride) total += x[at];
  return total;
};

const product: Reduction = (x, start, stride, length) => {
  let total = 1;
  for (let k = 0, at = start; k < length; k++, at += stride) total *= x[at];
  return total;
};

const max: Reduction = (x, start, stride, length) => {
  let largest = x[start];
  for (let k = 1, at = start + stride; k < length; k++, at += stride) largest = Math.max(largest, x[at]);
  return largest;
};

const min: Reduction = (x, start, stride, length) => {
  let smallest = x[start];
  for (let k = 1, at = start + stride; k < length; k++, at += stride) smallest = Math.min(smallest, x[at]);
  return smallest;
};

/** The place in a line that no later place is better than. */
function best(isBetter: (value: number, best: number) => boolean): Reduction {
  return (x, start, stride, length) => {
    let found = 0;
    let value = x[start];
    for (let k = 1, at = start + stride; k < length; k++, at += stride) {
      if (!isBetter(x[at], value)) continue;
      found = k;
      value = x[at];
    }
    return found;
  };
}

const REDUCTIONS: Readonly<Record<ReduceOperation, Reduction>> = {
  sum,
  mean: (x, start, stride, length) => sum(x, start, stride, length) / length,
  max,
  min,
  prod: product,
  // A NaN is found before any number, the largest and the smallest.
  argMax: best((value, most) => value > most || (Number.isNaN(value) && !Number.isNaN(most))),
  argMaxLast: best((value, most) => value >= most || Number.isNaN(value)),
  argMin: best((value, least) => value < least || (Number.isNaN(value) && !Number.isNaN(least))),
  argMinLast: best((value, least) => value <= least || Number.isNaN(value)),
};
