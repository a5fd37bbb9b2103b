import type { SoftmaxStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { eachLine, type Line, largestOf } from './lines.js';
import { scratch } from './scratch.js';

/** e^(x − max) / Σ e^(x − max) along `length`: subtracting the largest value keeps the powers finite. */
export function compileSoftmax(step: SoftmaxStep): CompiledStep {
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      eachLine(step.geometry, (line) => softmaxLine(x, y, line));
    },
  };
}

function softmaxLine(x: Float32Array, y: Float32Array, line: Line): void {
  const { start, stride, length } = line;
  const powers = scratch('sums', length);
  const max = largestOf(x, line);
  let sum = 0;
  for (let k = 0; k < length; k++) {
    powers[k] = Math.exp(x[start + k * stride] - max);
    sum += powers[k];
  }
  for (let k = 0; k < length; k++) y[start + k * stride] = powers[k] / sum;
}
