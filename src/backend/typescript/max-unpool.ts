import { ArgumentError } from '../../errors.js';
import type { MaxUnpoolStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** Puts each value where its index says, in a volume of zeros. Of two values with one index the later stays. */
export function compileMaxUnpool(step: MaxUnpoolStep): CompiledStep {
  const { batch, channels, inputDepth, inputHeight, inputWidth } = step.geometry;
  const { outputDepth, outputHeight, outputWidth } = step.geometry;
  const inputs = inputDepth * inputHeight * inputWidth;
  const outputs = outputDepth * outputHeight * outputWidth;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const indices = memory.int32(step.operands[1]);
      const y = memory.float32(step.results[0]);
      const size = batch * channels * inputs;
      checkIndices(indices, size, step);
      y.fill(0);
      for (let i = 0; i < size; i++) y[Math.floor(i / inputs) * outputs + indices[i]] = x[i];
    },
  };
}

function checkIndices(indices: Int32Array, size: number, step: MaxUnpoolStep): void {
  const { outputDepth, outputHeight, outputWidth } = step.geometry;
  const outputs = outputDepth * outputHeight * outputWidth;
  for (let i = 0; i < size; i++) {
    if (indices[i] < 0 || indices[i] >= outputs) {
      throw new ArgumentError(
        `maxUnpool: Found an invalid max index: ${indices[i]} at indices[${i}] (output volumes are of size ` +
          `${outputDepth}x${outputHeight}x${outputWidth}); expected an index from 0 to ${outputs - 1}`,
      );
    }
  }
}
