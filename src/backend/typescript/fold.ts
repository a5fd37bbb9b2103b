import type { Program } from '../../program/program.js';
import { NO_SLOT } from '../../program/step.js';
import { SlotMemory } from './memory.js';
import { allocate } from './scratch.js';
import { compileStep } from './steps.js';

/**
 * Runs a program once in float64, where whole numbers are exact up to 2^53: for arithmetic on shapes, and for
 * weights that a model computes from others. Results may share memory with one another.
 *
 * @throws ArgumentError where an index is out of range, NativeError where memory does not suffice.
 */
export function evaluate(program: Program, inputs: readonly ArrayLike<number>[]): Float64Array[] {
  // Each step runs once, so that nothing is worth keeping in another arrangement.
  const context = { isConstant: () => false, typeOf: (slot: number) => program.slots[slot].type };
  const memory = new SlotMemory(program.slots.length);
  program.inputs.forEach((slot, i) => {
    memory.set(slot, new Float64Array(inputs[i]));
  });
  for (const { slot, data } of program.constants) memory.set(slot, new Float64Array(data));
  for (const step of program.steps) {
    const compiled = compileStep(step, context);
    for (const slot of step.results) {
      if (slot === NO_SLOT) continue;
      // A compiled reshape does nothing: it counts on both slots having the same memory.
      memory.set(slot, step.kind === 'reshape' ? memory.any(step.operands[0]) : allocate(program.slots[slot].size));
    }
    compiled.run(memory);
  }
  return program.outputs.map((slot) => memory.any(slot) as unknown as Float64Array);
}
