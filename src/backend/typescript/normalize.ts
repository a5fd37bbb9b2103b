import type { NormalizeStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** Gives each row mean 0 and variance 1. */
export function compileNormalize(step: NormalizeStep): CompiledStep {
  const { rows, length } = step.geometry;
  const [eps] = step.scalars;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      for (let from = 0; from < rows * length; from += length) {
        const end = from + length;
        let sum = 0;
        for (let i = from; i < end; i++) sum += x[i];
        const mean = sum / length;
        // A second pass: the mean of squares less the squared mean would cancel where the mean is large.
        let squares = 0;
        for (let i = from; i < end; i++) squares += (x[i] - mean) * (x[i] - mean);
        const deviation = Math.sqrt(squares / length + eps);
        for (let i = from; i < end; i++) y[i] = (x[i] - mean) / deviation;
      }
    },
  };
}
