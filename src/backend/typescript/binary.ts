import { BINARY_OPERATIONS } from '../../geometry/records.js';
import { type BinaryStep, NO_SLOT } from '../../program/step.js';
import { activateInPlace } from './activation.js';
import { BINARY_LOOPS, type BinaryRow } from './binary-loops.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { Epilogue } from './epilogue.js';
import { perAxis, StridedRows } from './strided-rows.js';

/** y = activation(a ∘ b), the operands broadcast by their strides. */
export function compileBinary(step: BinaryStep): CompiledStep {
  const { geometry, activation } = step;
  const rows = new StridedRows(perAxis(geometry, 'size'), [perAxis(geometry, 'a'), perAxis(geometry, 'b')]);
  const [aStep, bStep] = rows.steps;
  const loop = BINARY_LOOPS[BINARY_OPERATIONS[geometry.operation]];
  const epilogue = new Epilogue(activation, { y: step.results[0], bias: NO_SLOT, residual: NO_SLOT, slope: NO_SLOT });
  return {
    plan: PLAIN,
    run(memory) {
      const [a, b] = step.operands.map((slot) => memory.float32(slot));
      const y = memory.float32(step.results[0]);
      const row: BinaryRow = { a, b, y, aStep, bStep, length: rows.length };
      rows.forEach(([aStart, bStart], at) => {
        loop(row, aStart, bStart, at);
      });
      if (activation.kind !== 'identity') activateInPlace(y, epilogue.bind(memory));
    },
  };
}
