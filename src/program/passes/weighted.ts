import type { ChannelGeometry } from '../../geometry/records.js';
import { type ConvStep, type ConvTransposeStep, type LinearStep, NO_SLOT, type SlotId, type Step } from '../step.js';
import type { ProgramEditor } from './editor.js';

/** A step that multiplies by weights, and can therefore take the element-wise steps after it into its epilogue. */
export type WeightedStep = ConvStep | ConvTransposeStep | LinearStep;

/** A weighted step and its place. */
export interface Producer {
  readonly step: WeightedStep;
  readonly index: number;
}

function isWeighted(step: Step): step is WeightedStep {
  return step.kind === 'conv' || step.kind === 'convTranspose' || step.kind === 'linear';
}

/** The weighted step whose result only the reader of `slot` sees, and to which nothing is applied yet. */
export function bareProducer(editor: ProgramEditor, slot: SlotId): Producer | undefined {
  const index = editor.writerOf(slot);
  const step = index === -1 ? undefined : editor.step(index);
  if (step === undefined || !isWeighted(step)) return undefined;
  if (step.activation.kind !== 'identity' || editor.readsOf(slot) !== 1) return undefined;
  return { step, index };
}

export function hasResidual(step: WeightedStep): boolean {
  return step.operands[3] !== NO_SLOT;
}

/** Whether a channel of `geometry` is an output channel of the step. */
export function hasSameChannels(step: WeightedStep, geometry: ChannelGeometry): boolean {
  const { outer, channels, inner } = channelsOf(step);
  return geometry.outer === outer && geometry.channels === channels && geometry.inner === inner;
}

/** The output channels of a step. */
export function channelsOf({ kind, geometry }: WeightedStep): ChannelGeometry {
  if (kind === 'linear') return { outer: geometry.rows, channels: geometry.outFeatures, inner: 1 };
  const { batch, outChannels, outputDepth, outputHeight, outputWidth } = geometry;
  return { outer: batch, channels: outChannels, inner: outputDepth * outputHeight * outputWidth };
}
