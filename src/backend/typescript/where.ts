import type { WhereStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { perAxis, StridedRows } from './strided-rows.js';

/** Takes each value from one of two operands. */
export function compileWhere(step: WhereStep): CompiledStep {
  const { geometry } = step;
  const strides = [perAxis(geometry, 'condition'), perAxis(geometry, 'a'), perAxis(geometry, 'b')];
  const rows = new StridedRows(perAxis(geometry, 'size'), strides);
  const [conditionStep, aStep, bStep] = rows.steps;
  return {
    plan: PLAIN,
    run(memory) {
      const [condition, a, b] = step.operands.map((slot) => memory.float32(slot));
      const y = memory.float32(step.results[0]);
      rows.forEach(([c, i, j], at) => {
        for (let k = 0; k < rows.length; k++) {
          y[at + k] = condition[c + k * conditionStep] !== 0 ? a[i + k * aStep] : b[j + k * bStep];
        }
      });
    },
  };
}
