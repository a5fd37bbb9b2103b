import type { SoftmaxStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { scratch } from './scratch.js';

/** e^(x − max) / Σ e^(x − max) along `length`: subtracting the largest value keeps the powers finite. */
export function compileSoftmax(step: SoftmaxStep): CompiledStep {
  const { outer, length, inner } = step.geometry;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) softmaxLine(x, y, { start: o * length * inner + i, stride: inner, length });
      }
    },
  };
}

function softmaxLine(x: Float32Array, y: Float32Array, line: { start: number; stride: number; length: number }): void {
  const { start, stride, length } = line;
  const powers = scratch('sums', length);
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < length; k++) max = Math.max(max, x[start + k * stride]);
  let sum = 0;
  for (let k = 0; k < length; k++) {
    powers[k] = Math.exp(x[start + k * stride] - max);
    sum += powers[k];
  }
  for (let k = 0; k < length; k++) y[start + k * stride] = powers[k] / sum;
}
