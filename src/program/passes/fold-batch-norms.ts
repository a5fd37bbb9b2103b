import type { Sliced } from '../../slices.js';
import { type BatchNormStep, NO_SLOT } from '../step.js';
import { type ChannelAffine, foldIntoWeights } from './channel-affine.js';
import type { ProgramEditor } from './editor.js';
import { bareProducer, hasResidual, hasSameChannels } from './weighted.js';

/**
 * Multiplies a batch norm with constant statistics into the weights and bias of the convolution or linear step that
 * alone feeds it.
 */
export function* foldBatchNorms(editor: ProgramEditor): Sliced<void> {
  for (let index = 0; index < editor.stepCount; index++) {
    const step = editor.step(index);
    if (step?.kind !== 'batchNorm') continue;
    const producer = bareProducer(editor, step.operands[0]);
    if (producer === undefined || hasResidual(producer.step)) continue;
    if (!hasSameChannels(producer.step, step.geometry)) continue;
    const affine = batchNormAffine(editor, step);
    if (affine !== undefined) foldIntoWeights(editor, producer, index, affine);
    yield;
  }
}

/** y = x · scale + shift; undefined where a statistic is computed at run time, or is no use. */
export function batchNormAffine(
  editor: ProgramEditor,
  { operands, geometry, scalars }: BatchNormStep,
): ChannelAffine | undefined {
  const constants = operands.slice(1).map((slot) => editor.constant(slot));
  const [mean, variance, weight, bias] = constants;
  const computed = operands.slice(1).some((slot, i) => slot !== NO_SLOT && constants[i] === undefined);
  if (mean === undefined || variance === undefined || computed) return undefined;
  const { channels } = geometry;
  const scale = new Float64Array(channels);
  const shift = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    scale[c] = (weight?.[c] ?? 1) / Math.sqrt(variance[c] + scalars[0]);
    shift[c] = (bias?.[c] ?? 0) - mean[c] * scale[c];
  }
  // Without a finite scale the product 0 · scale would make NaN of values that are none.
  if (!scale.every(Number.isFinite) || !shift.every(Number.isFinite)) return undefined;
  return { scale, shift, sources: operands.slice(1), name: `batchNorm ${scalars[0]}` };
}
