import type { SlotArray } from '../../program/program.js';
import type { TransposeStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** Rows and columns that are exchanged at a time, so that both sides stay in cache. */
const BLOCK = 32;

/** [batch, rows, columns] → [batch, columns, rows], of either type. */
export function compileTranspose(step: TransposeStep): CompiledStep {
  const { batch, rows, columns } = step.geometry;
  const size = rows * columns;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.any(step.operands[0]);
      const y = memory.any(step.results[0]);
      for (let n = 0; n < batch; n++) {
        transposeMatrix(x.subarray(n * size, (n + 1) * size), y.subarray(n * size, (n + 1) * size), rows, columns);
      }
    },
  };
}

function transposeMatrix(x: SlotArray, y: SlotArray, rows: number, columns: number): void {
  for (let top = 0; top < rows; top += BLOCK) {
    const bottom = Math.min(top + BLOCK, rows);
    for (let left = 0; left < columns; left += BLOCK) {
      const right = Math.min(left + BLOCK, columns);
      for (let c = left; c < right; c++) {
        for (let r = top; r < bottom; r++) y[c * rows + r] = x[r * columns + c];
      }
    }
  }
}

/** Nothing to do: the storage plan gives both slots the same memory. */
export function compileReshape(): CompiledStep {
  return { plan: { algorithm: 'plain', reason: 'both shapes share memory' }, run: () => {} };
}
