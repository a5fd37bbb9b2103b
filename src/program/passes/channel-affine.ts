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
  const rows = rowsOf(step, weight.length);
  // What the weights are made of, and nothing of the image: every size of one has the same.
  const scaled = editor.deriveConstant([weightSlot, ...sources], `${name} weight ${Object.values(rows)}`, () =>
    scaleRows(weight, rows, scale),
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

/**
 * A weight as rows of values with one output channel each. Row r is of channel
 * floor(r / (inputs · outputs)) · outputs + r mod outputs.
 */
interface WeightRows {
  readonly rowSize: number;
  readonly outputs: number;
  /** Rows after which the same channels come again. */
  readonly inputs: number;
}

function rowsOf({ kind, geometry }: WeightedStep, size: number): WeightRows {
  if (kind === 'linear') return { rowSize: geometry.inFeatures, outputs: geometry.outFeatures, inputs: 1 };
  const { inChannels, outChannels, groups } = geometry;
  if (kind === 'conv') return { rowSize: size / outChannels, outputs: outChannels, inputs: 1 };
  const outputs = outChannels / groups;
  return { rowSize: size / (inChannels * outputs), outputs, inputs: inChannels / groups };
}

function scaleRows(weight: Float32Array, { rowSize, outputs, inputs }: WeightRows, scale: Float64Array): Float32Array {
  const scaled = new Float32Array(weight.length);
  for (let row = 0; row * rowSize < weight.length; row++) {
    const factor = scale[Math.floor(row / (inputs * outputs)) * outputs + (row % outputs)];
    const end = (row + 1) * rowSize;
    for (let i = row * rowSize; i < end; i++) scaled[i] = weight[i] * factor;
  }
  return scaled;
}
