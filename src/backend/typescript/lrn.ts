import type { LrnStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** Divides each value by a power of the squares in the channels around it. */
export function compileLrn(step: LrnStep): CompiledStep {
  const { outer, channels, inner, size } = step.geometry;
  const [alpha, beta, bias] = step.scalars;
  const before = Math.floor((size - 1) / 2);
  const after = Math.ceil((size - 1) / 2);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      for (let o = 0; o < outer; o++) {
        const image = o * channels * inner;
        for (let c = 0; c < channels; c++) {
          const first = image + Math.max(0, c - before) * inner;
          const end = image + Math.min(channels, c + after + 1) * inner;
          for (let i = 0; i < inner; i++) {
            let squares = 0;
            for (let at = first + i; at < end; at += inner) squares += x[at] * x[at];
            const at = image + c * inner + i;
            y[at] = x[at] / (bias + (alpha / size) * squares) ** beta;
          }
        }
      }
    },
  };
}
