import { BINARY_OPERATIONS, UNARY_OPERATIONS } from '../../geometry/records.js';
import { type BinaryStep, IDENTITY, type SlotId, type UnaryStep } from '../step.js';
import { isElementwise, repetitionOf, resultSize } from './channel-walk.js';
import type { ProgramEditor } from './editor.js';

/** y = x · alpha + beta */
export interface Affine {
  readonly x: SlotId;
  readonly alpha: number;
  readonly beta: number;
}

/** Sums and products with one constant number become one step that other passes know, and that has no second operand. */
export function simplifyScalars(editor: ProgramEditor): void {
  for (let index = 0; index < editor.stepCount; index++) {
    const step = editor.step(index);
    if (step?.kind !== 'binary' || step.activation.kind !== 'identity') continue;
    const affine = affineOfBinary(editor, step);
    if (affine !== undefined) editor.replace(index, affineStep(affine, step, editor.sizeOf(step.results[0])));
  }
}

export function affineStep({ x, alpha, beta }: Affine, like: Pick<BinaryStep, 'results'>, size: number): UnaryStep {
  return {
    kind: 'unary',
    geometry: { operation: UNARY_OPERATIONS.indexOf('affine'), size },
    operands: [x],
    results: like.results,
    scalars: [alpha, beta],
    activation: IDENTITY,
    algorithm: 'auto',
  };
}

function affineOfBinary(editor: ProgramEditor, { geometry, operands }: BinaryStep): Affine | undefined {
  const size = resultSize(geometry);
  const [a, b] = operands.map((slot) => {
    const values = editor.constant(slot);
    return values?.length === 1 ? values[0] : undefined;
  });
  const whole = { outer: 1, channels: 1, inner: size };
  const isWhole = (operand: 'a' | 'b') => repetitionOf(geometry, operand, whole) === 'dense';
  const operation = BINARY_OPERATIONS[geometry.operation];
  if (b !== undefined && isWhole('a')) {
    const x = operands[0];
    if (operation === 'add') return { x, alpha: 1, beta: b };
    if (operation === 'sub') return { x, alpha: 1, beta: -b };
    if (operation === 'mul') return { x, alpha: b, beta: 0 };
    if (operation === 'div' && Number.isFinite(1 / b)) return { x, alpha: 1 / b, beta: 0 };
  } else if (a !== undefined && isWhole('b')) {
    const x = operands[1];
    if (operation === 'add') return { x, alpha: 1, beta: a };
    if (operation === 'sub') return { x, alpha: -1, beta: a };
    if (operation === 'mul') return { x, alpha: a, beta: 0 };
  }
  return undefined;
}

/** What an affine step does, or undefined for any other. */
export function affineOf(editor: ProgramEditor, slot: SlotId): Affine | undefined {
  const step = editor.producerOf(slot);
  if (step?.kind !== 'unary' || UNARY_OPERATIONS[step.geometry.operation] !== 'affine') return undefined;
  return { x: step.operands[0], alpha: step.scalars[0], beta: step.scalars[1] };
}

/** The operands of a product of two tensors of one shape. */
export function productOf(editor: ProgramEditor, slot: SlotId): readonly [SlotId, SlotId] | undefined {
  const step = editor.producerOf(slot);
  if (step?.kind !== 'binary' || BINARY_OPERATIONS[step.geometry.operation] !== 'mul') return undefined;
  if (step.activation.kind !== 'identity' || !isElementwise(step.geometry)) return undefined;
  return [step.operands[0], step.operands[1]];
}
