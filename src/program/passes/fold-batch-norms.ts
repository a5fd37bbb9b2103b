import { type BatchNormStep, NO_SLOT } from '../step.js';
import type { ProgramEditor } from './editor.js';
import { bareProducer, hasResidual, hasSameChannels, type WeightedStep } from './weighted.js';

/** Batch norm as it acts on one channel: y = x · scale + shift. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/**
 * Multiplies a batch norm with constant statistics into the weights and bias of the convolution or linear step that
 * alone feeds it. The products are formed in float64, so that only one rounding is added.
 */
export function foldBatchNorms(editor: ProgramEditor): void {
  for (let index = 0; index < editor.stepCount; index++) {
    const step = editor.step(index);
    if (step?.kind === 'batchNorm') fold(editor, step, index);
  }
}

function fold(editor: ProgramEditor, norm: BatchNormStep, index: number): void {
  const producer = bareProducer(editor, norm.operands[0]);
  if (producer === undefined || hasResidual(producer.step)) return;
  if (!hasSameChannels(producer.step, norm.geometry)) return;
  const [x, weightSlot, biasSlot] = producer.step.operands;
  const weight = editor.constant(weightSlot);
  const bias = editor.constant(biasSlot);
  const affine = affineOf(editor, norm);
  if (weight === undefined || affine === undefined || (bias === undefined && biasSlot !== NO_SLOT)) return;
  const foldedBias = affine.shift.map((shift, channel) => (bias?.[channel] ?? 0) * affine.scale[channel] + shift);
  editor.merge(producer.index, index, {
    ...producer.step,
    operands: [
      x,
      editor.addConstant(scaleWeight(producer.step, weight, affine.scale)),
      editor.addConstant(Float32Array.from(foldedBias)),
      NO_SLOT,
      NO_SLOT,
    ],
    results: norm.results,
  });
}

/** Undefined where a statistic is computed at run time, or is no use. */
function affineOf(editor: ProgramEditor, { operands, geometry, scalars }: BatchNormStep): Affine | undefined {
  const [mean, variance, weight, bias] = operands.slice(1).map((slot) => editor.constant(slot));
  const computed = operands.slice(1).some((slot) => slot !== NO_SLOT && editor.constant(slot) === undefined);
  if (mean === undefined || variance === undefined || computed) return undefined;
  const scale = new Float64Array(geometry.channels);
  const shift = new Float64Array(geometry.channels);
  for (let c = 0; c < geometry.channels; c++) {
    scale[c] = (weight?.[c] ?? 1) / Math.sqrt(variance[c] + scalars[0]);
    shift[c] = (bias?.[c] ?? 0) - mean[c] * scale[c];
  }
  // Without a finite scale the product 0 · scale would make NaN of values that are none.
  return scale.every(Number.isFinite) && shift.every(Number.isFinite) ? { scale, shift } : undefined;
}

function scaleWeight(step: WeightedStep, weight: Float32Array, scale: Float64Array): Float32Array {
  const channel = channelOf(step, weight.length);
  return weight.map((value, i) => value * scale[channel(i)]);
}

/** Which output channel an element of the weight belongs to. */
function channelOf({ kind, geometry }: WeightedStep, size: number): (element: number) => number {
  if (kind === 'linear') return (element) => Math.floor(element / geometry.inFeatures);
  const { inChannels, outChannels, groups } = geometry;
  if (kind === 'conv') {
    const rowSize = size / outChannels;
    return (element) => Math.floor(element / rowSize);
  }
  const groupOutputs = outChannels / groups;
  const groupInputs = inChannels / groups;
  const kernelSize = size / (inChannels * groupOutputs);
  return (element) => {
    const row = Math.floor(element / kernelSize);
    const group = Math.floor(row / groupOutputs / groupInputs);
    return group * groupOutputs + (row % groupOutputs);
  };
}
