import type { ConvertStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** Copies whole numbers between slots of two types; what is not whole loses its fraction. */
export function compileConvert(step: ConvertStep): CompiledStep {
  const { size } = step.geometry;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.any(step.operands[0]);
      const y = memory.any(step.results[0]);
      // Not left to Int32Array: while constants are folded, an int32 slot is a Float64Array.
      for (let i = 0; i < size; i++) y[i] = Math.trunc(x[i]);
    },
  };
}
