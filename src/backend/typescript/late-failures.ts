import type { Program } from '../../program/program.js';
import type { SlotId, Step } from '../../program/step.js';
import { gatheredAxis } from './gather.js';
import { arePlaces, type IndexedAxis } from './places.js';
import { resampledAxis } from './resample.js';

/** Whether a step may fail after another has written: then outputs have to wait until every step is done. */
export function canFailLate(program: Program): boolean {
  return program.steps.length > 1 && program.steps.some((step) => canFail(step, program));
}

function canFail(step: Step, program: Program): boolean {
  switch (step.kind) {
    case 'maxUnpool':
      return true;
    case 'gather':
      return mayMiss(step.operands[1], gatheredAxis(step), program);
    case 'resample':
      return mayMiss(step.operands[1], resampledAxis(step), program);
    default:
      return false;
  }
}

function mayMiss(indices: SlotId, axis: IndexedAxis, program: Program): boolean {
  const constant = program.constants.find(({ slot }) => slot === indices);
  return constant === undefined || !arePlaces(constant.data, axis);
}
