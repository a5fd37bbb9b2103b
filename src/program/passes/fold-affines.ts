import { BINARY_OPERATIONS, UNARY_OPERATIONS } from '../../geometry/records.js';
import type { Sliced } from '../../slices.js';
import type { BinaryStep, SlotId, UnaryStep } from '../step.js';
import { type ChannelAffine, foldIntoWeights } from './channel-affine.js';
import { repetitionOf } from './channel-walk.js';
import type { ProgramEditor } from './editor.js';
import { bareProducer, channelsOf, hasResidual, type Producer } from './weighted.js';

/** Sums and products with constants, one or one a channel, go into the weights and bias of what alone feeds them. */
export function* foldAffines(editor: ProgramEditor): Sliced<void> {
  for (let index = 0; index < editor.stepCount; index++) {
    const step = editor.step(index);
    if (step?.kind === 'unary') foldUnary(editor, step, index);
    if (step?.kind === 'binary') foldBinary(editor, step, index);
    yield;
  }
}

function foldUnary(editor: ProgramEditor, step: UnaryStep, index: number): void {
  if (UNARY_OPERATIONS[step.geometry.operation] !== 'affine') return;
  const producer = foldable(editor, step.operands[0]);
  if (producer === undefined) return;
  const { channels } = channelsOf(producer.step);
  const [alpha, beta] = step.scalars;
  const affine: ChannelAffine = {
    scale: new Float64Array(channels).fill(alpha),
    shift: new Float64Array(channels).fill(beta),
    sources: [],
    name: `affine ${alpha} ${beta}`,
  };
  foldIntoWeights(editor, producer, index, affine);
}

function foldBinary(editor: ProgramEditor, step: BinaryStep, index: number): void {
  if (step.activation.kind !== 'identity') return;
  const [a, b] = step.operands;
  const operation = BINARY_OPERATIONS[step.geometry.operation];
  const commutes = operation === 'add' || operation === 'mul';
  if (foldOne(editor, step, index, { x: a, factor: b, names: ['a', 'b'] }) || !commutes) return;
  foldOne(editor, step, index, { x: b, factor: a, names: ['b', 'a'] });
}

interface Sides {
  readonly x: SlotId;
  readonly factor: SlotId;
  /** Which operands of the step these are. */
  readonly names: readonly ['a' | 'b', 'a' | 'b'];
}

function foldOne(editor: ProgramEditor, step: BinaryStep, index: number, { x, factor, names }: Sides): boolean {
  const values = editor.constant(factor);
  const producer = values === undefined ? undefined : foldable(editor, x);
  if (values === undefined || producer === undefined) return false;
  const geometry = channelsOf(producer.step);
  const walk = repetitionOf(step.geometry, names[1], geometry);
  if (repetitionOf(step.geometry, names[0], geometry) !== 'dense' || walk === undefined) return false;
  if (walk === 'dense' && values.length !== geometry.channels) return false;
  const affine = channelAffine(BINARY_OPERATIONS[step.geometry.operation], { values, slot: factor }, geometry.channels);
  return affine !== undefined && foldIntoWeights(editor, producer, index, affine);
}

function channelAffine(
  operation: string,
  { values, slot }: { readonly values: Float32Array; readonly slot: SlotId },
  channels: number,
): ChannelAffine | undefined {
  const each = (of: (value: number) => number) =>
    Float64Array.from({ length: channels }, (_, channel) => of(values.length === 1 ? values[0] : values[channel]));
  const facts = { sources: [slot], name: operation };
  const [ones, zeros] = [each(() => 1), each(() => 0)];
  if (operation === 'add') return { ...facts, scale: ones, shift: each((value) => value) };
  if (operation === 'sub') return { ...facts, scale: ones, shift: each((value) => -value) };
  if (operation === 'mul') return { ...facts, scale: each((value) => value), shift: zeros };
  if (operation === 'div' && values.every((value) => Number.isFinite(1 / value))) {
    return { ...facts, scale: each((value) => 1 / value), shift: zeros };
  }
  return undefined;
}

function foldable(editor: ProgramEditor, slot: SlotId): Producer | undefined {
  const producer = bareProducer(editor, slot);
  return producer === undefined || hasResidual(producer.step) ? undefined : producer;
}
