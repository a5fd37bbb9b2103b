import type { SlotType } from '../../program/program.js';
import type { SlotId } from '../../program/step.js';
import type { StepPlan } from '../backend.js';
import type { SlotMemory } from './memory.js';

/** A step with everything worked out that depends on shapes alone. */
export interface CompiledStep {
  readonly plan: StepPlan;
  /** Reads operands and writes results in `memory`. A step that can fail does so before it writes. */
  run(memory: SlotMemory): void;
}

/** What a step may know of its program. */
export interface CompileContext {
  /** Whether the operand never changes, and so is packed only once. */
  isConstant(slot: SlotId): boolean;
  /** What the slot's values are; see SlotMemory for why its array does not say. */
  typeOf(slot: SlotId): SlotType;
}

/** For steps with one way to run. */
export const PLAIN: StepPlan = Object.freeze({ algorithm: 'plain', reason: 'the only loop for this step' });
