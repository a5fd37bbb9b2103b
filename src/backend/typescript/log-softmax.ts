import type { LogSoftmaxStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { eachLine, type Line, largestOf } from './lines.js';

/** x − max − log Σ e^(x − max) along `length`: exact where a softmax's own logarithm would be −∞. */
export function compileLogSoftmax(step: LogSoftmaxStep): CompiledStep {
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      eachLine(step.geometry, (line) => logSoftmaxLine(x, y, line));
    },
  };
}

function logSoftmaxLine(x: Float32Array, y: Float32Array, line: Line): void {
  const { start, stride, length } = line;
  const max = largestOf(x, line);
  let sum = 0;
  for (let k = 0; k < length; k++) sum += Math.exp(x[start + k * stride] - max);
  const logarithm = Math.log(sum);
  for (let k = 0; k < length; k++) y[start + k * stride] = x[start + k * stride] - max - logarithm;
}
