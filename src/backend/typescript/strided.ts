import type { StridedStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { perAxis, StridedRows } from './strided-rows.js';

/** Copies values from places that strides lead to. */
export function compileStrided(step: StridedStep): CompiledStep {
  const { offset } = step.geometry;
  const rows = new StridedRows(perAxis(step.geometry, 'size'), [perAxis(step.geometry, 'stride')]);
  const [stride] = rows.steps;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      rows.forEach(([start], at) => {
        const end = at + rows.length;
        for (let k = at, i = offset + start; k < end; k++, i += stride) y[k] = x[i];
      });
    },
  };
}
