import type { BatchNormStep } from '../../program/step.js';
import { ROW_ACTIVATIONS } from './activations.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { scratch } from './scratch.js';

/** Values that pass through the float64 working array at a time. */
const BLOCK = 1024;

/** y = activation(x·scale + shift), with scale and shift of each channel folded from the statistics in float64. */
export function compileBatchNorm(step: BatchNormStep): CompiledStep {
  const { outer, channels, inner } = step.geometry;
  const [xSlot, meanSlot, varianceSlot, weightSlot, biasSlot] = step.operands;
  const [eps] = step.scalars;
  const { kind, alpha, beta } = step.activation;
  const activate = ROW_ACTIVATIONS[kind];
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(xSlot);
      const y = memory.float32(step.results[0]);
      const mean = memory.float32(meanSlot);
      const variance = memory.float32(varianceSlot);
      const weight = memory.optionalFloat32(weightSlot);
      const bias = memory.optionalFloat32(biasSlot);
      const block = scratch('sums', BLOCK);
      for (let row = 0; row < outer * channels; row++) {
        const channel = row % channels;
        const scale = (weight?.[channel] ?? 1) / Math.sqrt(variance[channel] + eps);
        const shift = (bias?.[channel] ?? 0) - mean[channel] * scale;
        for (let from = row * inner; from < (row + 1) * inner; from += BLOCK) {
          const count = Math.min(BLOCK, (row + 1) * inner - from);
          for (let i = 0; i < count; i++) block[i] = x[from + i] * scale + shift;
          activate?.(block, 0, count, alpha, beta);
          for (let i = 0; i < count; i++) y[from + i] = block[i];
        }
      }
    },
  };
}
