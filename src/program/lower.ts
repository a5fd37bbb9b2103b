import { paddedSize } from '../geometry/pad.js';
import type { Plan } from '../geometry/plan.js';
import type { TransposeGeometry } from '../geometry/records.js';
import { elementCount } from '../shape.js';
import type { ProgramBuilder } from './builder.js';
import type { SlotType } from './program.js';
import { NO_SLOT, type SlotId, STEP_TABLE, type StepKind } from './step.js';

/** Slots for a step's operands, by their names in STEP_TABLE. */
export type OperandSlots = Readonly<Record<string, SlotId | undefined>>;

/** Slots that a lowered plan writes. `indices` is NO_SLOT unless they were asked for. */
export interface ResultSlots {
  readonly y: SlotId;
  readonly indices: SlotId;
}

/**
 * Appends a plan's steps to a program: input to channels first, padding, the work itself, results
 * to the caller's layout. Operands are slots in the shapes and layout that the plan was made for.
 */
export function lower(
  builder: ProgramBuilder,
  plan: Plan,
  operands: OperandSlots,
  { indices: wantIndices = false } = {},
): ResultSlots {
  const { kind, geometry, after, outputShape } = plan;
  const size = elementCount(outputShape, kind);
  const y = builder.slot(size);
  const indices = wantIndices ? builder.slot(size, 'int32') : NO_SLOT;
  const prepared = prepareOperands(builder, plan, operands);
  const results = STEP_TABLE[kind].results.length === 1 ? [y] : [y, indices];
  builder.step(kind, geometry, orderOperands(kind, prepared), results, extrasOf(plan));
  return {
    y: transposed(builder, y, after),
    indices: transposed(builder, indices, after, 'int32'),
  };
}

function prepareOperands(builder: ProgramBuilder, plan: Plan, operands: OperandSlots): OperandSlots {
  const { before, pad, after } = plan;
  const prepared: Record<string, SlotId | undefined> = { ...operands };
  prepared.x = transposed(builder, operands.x, before);
  if (operands.indices !== undefined) prepared.indices = transposed(builder, operands.indices, before, 'int32');
  if (operands.residual !== undefined)
    prepared.residual = transposed(builder, operands.residual, after && inverse(after));
  if (pad !== undefined && prepared.x !== NO_SLOT && pad.outer > 0) {
    const wide = builder.slot(paddedSize(pad));
    builder.step('pad', pad, [prepared.x], [wide], { scalars: [0] });
    prepared.x = wide;
  }
  return prepared;
}

function transposed(
  builder: ProgramBuilder,
  slot: SlotId = NO_SLOT,
  geometry?: TransposeGeometry,
  type: SlotType = 'float32',
): SlotId {
  if (geometry === undefined || slot === NO_SLOT) return slot;
  const result = builder.slot(geometry.batch * geometry.rows * geometry.columns, type);
  builder.step('transpose', geometry, [slot], [result]);
  return result;
}

function inverse({ batch, rows, columns }: TransposeGeometry): TransposeGeometry {
  return Object.freeze({ batch, rows: columns, columns: rows });
}

function orderOperands(kind: StepKind, operands: OperandSlots): SlotId[] {
  return STEP_TABLE[kind].operands.map((name) => {
    const slot = operands[name.replace('?', '')] ?? NO_SLOT;
    if (slot === NO_SLOT && !name.endsWith('?')) throw new Error(`${kind}: operand ${name} is missing`);
    return slot;
  });
}

function extrasOf({ scalars, activation, algorithm }: Plan) {
  return {
    ...(scalars !== undefined && { scalars }),
    ...(activation !== undefined && { activation }),
    ...(algorithm !== undefined && { algorithm }),
  };
}
