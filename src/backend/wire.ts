import type { ProgramSpec } from '../../binding.js';
import { UnsupportedError } from '../errors.js';
import { type Program, SLOT_TYPES } from '../program/program.js';
import { ACTIVATION_KINDS, ALGORITHMS, STEP_KINDS, STEP_TABLE, type Step, type StepKind } from '../program/step.js';

const LARGEST_INT32 = 2 ** 31 - 1;

const KIND_NUMBERS = new Map<StepKind, number>(STEP_KINDS.map((kind, number) => [kind, number]));

/**
 * A program in the form in which it crosses into the native core. Constants are not copied.
 *
 * @param idOf Names a constant whose numbers never change; without it nothing is shared.
 * @throws UnsupportedError where a geometry is beyond the 32-bit integers of the core.
 */
export function encodeProgram(program: Program, idOf: (data: Float32Array) => number = () => 0): ProgramSpec {
  const code: number[] = [];
  const scalars: number[] = [];
  for (const step of program.steps) {
    encodeStep(step, code);
    scalars.push(step.activation.alpha, step.activation.beta, ...step.scalars);
  }
  return {
    slotSizes: Float64Array.from(program.slots, (slot) => slot.size),
    slotTypes: Uint8Array.from(program.slots, (slot) => SLOT_TYPES.indexOf(slot.type)),
    inputs: Int32Array.from(program.inputs),
    outputs: Int32Array.from(program.outputs),
    constantSlots: Int32Array.from(program.constants, (constant) => constant.slot),
    constants: program.constants.map((constant) => constant.data),
    constantIds: Float64Array.from(program.constants, ({ data, shared }) => (shared ? idOf(data) : 0)),
    code: Int32Array.from(code),
    scalars: Float64Array.from(scalars),
    threads: program.threads,
  };
}

function encodeStep(step: Step, code: number[]): void {
  const { fields } = STEP_TABLE[step.kind];
  const geometry: Readonly<Record<string, number>> = { ...step.geometry };
  code.push(
    KIND_NUMBERS.get(step.kind) ?? -1,
    ALGORITHMS.indexOf(step.algorithm),
    ACTIVATION_KINDS.indexOf(step.activation.kind),
  );
  pushList(code, step.operands);
  pushList(code, step.results);
  code.push(fields.length, ...fields.map((field) => int32(geometry[field], `${step.kind}: ${field}`)));
  code.push(step.scalars.length);
}

/** One by one: a concatenation may have more operands than a call can have arguments. */
function pushList(code: number[], list: readonly number[]): void {
  code.push(list.length);
  for (const value of list) code.push(value);
}

/** A value that an Int32Array would silently wrap around must not get there. */
function int32(value: number | undefined, name: string): number {
  if (value !== undefined && Number.isInteger(value) && Math.abs(value) <= LARGEST_INT32) return value;
  throw new UnsupportedError(`${name} is ${value}, but the native backend takes integers up to ${LARGEST_INT32}`);
}
