import type { SlotId } from '../../program/step.js';
import type { StepPlan } from '../backend.js';
import type { SlotMemory } from './memory.js';

/** A step with everything worked out that depends on shapes alone. */
export interface CompiledStep {
  readonly plan: StepPlan;
  /** Reads operands and writes results in `memory`. A step that can fail does so before it writes. */
  run(memory: SlotMemory): void;
}

/** What a step may know of its program: which operands never change, and so are packed only once. */
export interface CompileContext {
  isConstant(slot: SlotId): boolean;
}

/** For steps with one way to run. */
export const PLAIN: StepPlan = Object.freeze({ algorithm: 'plain', reason: 'the only loop for this step' });
