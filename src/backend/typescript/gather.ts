import type { GatherStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { type IndexedAxis, placesOf } from './places.js';

/** Which axis the indices of a gather point into. */
export function gatheredAxis({ geometry }: GatherStep): IndexedAxis {
  return { operator: 'gather', length: geometry.length, countsFromEnd: true };
}

/** Copies the slices that indices name. */
export function compileGather(step: GatherStep): CompiledStep {
  const { outer, length, inner, count } = step.geometry;
  const axis = gatheredAxis(step);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const places = placesOf(memory.float32(step.operands[1]), axis);
      const y = memory.float32(step.results[0]);
      for (let o = 0; o < outer; o++) {
        for (let j = 0; j < count; j++) {
          const from = (o * length + places[j]) * inner;
          const at = (o * count + j) * inner;
          for (let i = 0; i < inner; i++) y[at + i] = x[from + i];
        }
      }
    },
  };
}
