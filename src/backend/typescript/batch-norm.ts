import type { BatchNormStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** y = x·scale + shift, with scale and shift of each channel folded from the statistics in float64. */
export function compileBatchNorm(step: BatchNormStep): CompiledStep {
  const { outer, channels, inner } = step.geometry;
  const [xSlot, meanSlot, varianceSlot, weightSlot, biasSlot] = step.operands;
  const [eps] = step.scalars;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(xSlot);
      const y = memory.float32(step.results[0]);
      const mean = memory.float32(meanSlot);
      const variance = memory.float32(varianceSlot);
      const weight = memory.optionalFloat32(weightSlot);
      const bias = memory.optionalFloat32(biasSlot);
      for (let channel = 0; channel < channels; channel++) {
        const scale = (weight?.[channel] ?? 1) / Math.sqrt(variance[channel] + eps);
        const shift = (bias?.[channel] ?? 0) - mean[channel] * scale;
        for (let o = 0; o < outer; o++) {
          const from = (o * channels + channel) * inner;
          for (let i = from; i < from + inner; i++) y[i] = x[i] * scale + shift;
        }
      }
    },
  };
}
