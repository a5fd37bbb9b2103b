import { UNARY_OPERATIONS } from '../../geometry/records.js';
import type { UnaryStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { unaryFunction } from './unary-functions.js';

/** y = f(x), value by value. */
export function compileUnary(step: UnaryStep): CompiledStep {
  const { operation, size } = step.geometry;
  const [alpha, beta] = step.scalars;
  const name = UNARY_OPERATIONS[operation];
  const f = unaryFunction(name, alpha, beta);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      if (name === 'affine') affine(x, y, alpha, beta);
      else for (let i = 0; i < size; i++) y[i] = f(x[i]);
    },
  };
}

/** A loop of its own, since the shared one's call of a function costs more than these two operations. */
function affine(x: Float32Array, y: Float32Array, alpha: number, beta: number): void {
  for (let i = 0; i < y.length; i++) y[i] = x[i] * alpha + beta;
}
