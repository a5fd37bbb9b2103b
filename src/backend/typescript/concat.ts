import type { ConcatStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** Copies one run of values after another. */
export function compileConcat(step: ConcatStep): CompiledStep {
  const { outer } = step.geometry;
  return {
    plan: PLAIN,
    run(memory) {
      const operands = step.operands.map((slot) => memory.float32(slot));
      const y = memory.float32(step.results[0]);
      let at = 0;
      for (let o = 0; o < outer; o++) {
        for (const x of operands) {
          const run = x.length / outer;
          y.set(x.subarray(o * run, (o + 1) * run), at);
          at += run;
        }
      }
    },
  };
}
