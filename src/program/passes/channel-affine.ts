import { NO_SLOT, type SlotId, type Step } from '../step.js';
import type { ProgramEditor } from './editor.js';
import type { Producer, WeightedStep } from './weighted.js';

/** What acts on each channel alike: y = x · scale + shift. */
export interface ChannelAffine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  /** The constants that both were made of, and how: equal ones give equal weights. */
  readonly sources: readonly SlotId[];
  readonly name: string;
}

/**
 * Multiplies a channel's scale into the weights that make it, adds its shift to the bias, and merges the step at `index`
 * into the producer. The products are formed in float64, so that only one rounding is added.
 *
 * @returns whether the producer's weights and bias are constants, so that it could be done.
 */
export function foldIntoWeights(
  editor: ProgramEditor,
  producer: Producer,
  index: number,
  affine: ChannelAffine,
): boolean {
  const { step } = producer;
  const replaced = editor.step(index) as Step;
  const [x, weightSlot, biasSlot] = step.operands;
  const weight = editor.constant(weightSlot);
  const bias = editor.constant(biasSlot);
  if (weight === undefined || (bias === undefined && biasSlot !== NO_SLOT)) return false;
  const { scale, shift, sources, name } = affine;
  const scaled = editor.deriveConstant(
    [weightSlot, ...sources],
    `${name} weight ${JSON.stringify(step.geometry)}`,
    () => scaleWeight(step, weight, scale),
  );
  const shifted = editor.deriveConstant([weightSlot, biasSlot, ...sources], `${name} bias`, () =>
    Float32Array.from(shift, (value, channel) => (bias?.[channel] ?? 0) * scale[channel] + value),
  );
  editor.merge(producer.index, index, {
    ...step,
    operands: [x, scaled, shifted, NO_SLOT, NO_SLOT],
    results: replaced.results,
  });
  return true;
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
