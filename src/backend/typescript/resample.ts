import type { ResampleStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { type IndexedAxis, placesOf } from './places.js';

/** Which axis the indices of a resampling point into. */
export function resampledAxis({ geometry }: ResampleStep): IndexedAxis {
  return { operator: 'resample', length: geometry.length, countsFromEnd: false };
}

/** Each output a weighted sum of some values of its line. */
export function compileResample(step: ResampleStep): CompiledStep {
  const { outer, length, inner, outputLength, taps } = step.geometry;
  const axis = resampledAxis(step);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const places = placesOf(memory.float32(step.operands[1]), axis);
      const weights = memory.float32(step.operands[2]);
      const offsets = memory.optionalFloat32(step.operands[3]);
      const y = memory.float32(step.results[0]);
      let at = 0;
      for (let o = 0; o < outer; o++) {
        for (let j = 0; j < outputLength; j++) {
          const offset = offsets === undefined ? 0 : offsets[j];
          for (let i = 0; i < inner; i++) {
            let sum = offset;
            for (let tap = j * taps; tap < (j + 1) * taps; tap++) {
              sum += weights[tap] * x[(o * length + places[tap]) * inner + i];
            }
            y[at++] = sum;
          }
        }
      }
    },
  };
}
