import type { TopKStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { isBelow } from './order.js';
import { scratch } from './scratch.js';

type Comes = (value: number, before: number) => boolean;

/** The k first values of each line in falling or rising order, and where they stood. */
export function compileTopK(step: TopKStep): CompiledStep {
  const { outer, length, inner, k, largest } = step.geometry;
  const comesFirst: Comes = largest === 1 ? (a, b) => isBelow(b, a) : isBelow;
  return {
    plan: PLAIN,
    run(memory) {
      if (k === 0) return;
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      const places = memory.float32(step.results[1]);
      const line = scratch('sums', length).subarray(0, length);
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) {
          for (let j = 0; j < length; j++) line[j] = x[(o * length + j) * inner + i];
          // Sorting numbers without a function is many times faster than sorting all places with one. NaN come last.
          const sorted = line.slice().sort();
          const chosen = firstPlaces(line, k, sorted[largest === 1 ? length - k : k - 1], comesFirst);
          for (let j = 0; j < k; j++) {
            y[(o * k + j) * inner + i] = line[chosen[j]];
            places[(o * k + j) * inner + i] = chosen[j];
          }
        }
      }
    },
  };
}

/** In order the places of the k first values, of which `last` is the last. */
function firstPlaces(line: Float64Array, k: number, last: number, comesFirst: Comes): number[] {
  const before: number[] = [];
  const equal: number[] = [];
  for (let j = 0; j < line.length; j++) {
    if (comesFirst(line[j], last)) before.push(j);
    else if (equal.length < k && !comesFirst(last, line[j])) equal.push(j);
  }
  before.sort((a, b) => (comesFirst(line[a], line[b]) ? -1 : comesFirst(line[b], line[a]) ? 1 : a - b));
  return [...before, ...equal.slice(0, k - before.length)];
}
