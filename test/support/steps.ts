import type { Backend } from '../../src/backend/backend.js';
import { ProgramBuilder, type StepExtras } from '../../src/program/builder.js';
import { type Program, SLOT_ARRAYS, type SlotArray, type SlotType, slotTypeOf } from '../../src/program/program.js';
import { type GeometryOf, NO_SLOT, type SlotId, type StepKind } from '../../src/program/step.js';

/** A step of a kind by itself, with its operands' values and the sizes of its results. */
export interface StepOfKind<Kind extends StepKind> {
  readonly kind: Kind;
  readonly geometry: GeometryOf<Kind>;
  readonly operands: readonly (SlotArray | undefined)[];
  readonly resultSizes: readonly number[];
  /** Results are float32 where nothing else is said. */
  readonly resultType?: SlotType;
  readonly extras?: StepExtras;
  /** Which operands are the program's own; the others are its inputs. */
  readonly constants?: readonly number[];
  /** Whether every backend must give the very same values. */
  readonly exact: boolean;
}

/** A step of any kind by itself. */
export type StepCase<Kinds extends StepKind = StepKind> = { [Kind in Kinds]: StepOfKind<Kind> }[Kinds];

/** The program of one step, and what to run it on. */
export function stepProgram(step: StepCase): { program: Program; inputs: SlotArray[]; outputs: SlotArray[] } {
  const builder = new ProgramBuilder();
  const inputs: SlotArray[] = [];
  const operands = step.operands.map((data, i): SlotId => {
    if (data === undefined) return NO_SLOT;
    if (step.constants?.includes(i) && data instanceof Float32Array) return builder.constant(data);
    inputs.push(data);
    return builder.input(data.length, slotTypeOf(data));
  });
  const results = step.resultSizes.map((size) => builder.slot(size, step.resultType));
  builder.step(step.kind, step.geometry, operands, results, step.extras);
  for (const slot of results) builder.output(slot);
  const ResultArray = SLOT_ARRAYS[step.resultType ?? 'float32'];
  // Marked, so that a value that is never written does not pass for a zero.
  const outputs = step.resultSizes.map((size) => new ResultArray(size).fill(-77));
  return { program: builder.build(), inputs, outputs };
}

export function runStepOn(backend: Backend, step: StepCase): SlotArray[] {
  const { program, inputs, outputs } = stepProgram(step);
  const executable = backend.compile(program);
  try {
    executable.run(inputs, outputs);
  } finally {
    executable.dispose();
  }
  return outputs;
}
