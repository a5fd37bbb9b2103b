import type { LogSoftmaxStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** x − max − log Σ e^(x − max) along `length`: exact where a softmax's own logarithm would be −∞. */
export function compileLogSoftmax(step: LogSoftmaxStep): CompiledStep {
  const { outer, length, inner } = step.geometry;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) logSoftmaxLine(x, y, { start: o * length * inner + i, stride: inner, length });
      }
    },
  };
}

function logSoftmaxLine(
  x: Float32Array,
  y: Float32Array,
  line: { start: number; stride: number; length: number },
): void {
  const { start, stride, length } = line;
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < length; k++) max = Math.max(max, x[start + k * stride]);
  let sum = 0;
  for (let k = 0; k < length; k++) sum += Math.exp(x[start + k * stride] - max);
  const logarithm = Math.log(sum);
  for (let k = 0; k < length; k++) y[start + k * stride] = x[start + k * stride] - max - logarithm;
}
