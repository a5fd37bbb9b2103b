import type { Algorithm, ConvStep } from '../../program/step.js';
import type { CompileContext, CompiledStep } from './compiled-step.js';
import { type BoundEpilogue, Epilogue, epilogueSlots } from './epilogue.js';
import type { SlotMemory } from './memory.js';
import { scratch } from './scratch.js';
import { groupChannels, inputVolume, outputVolume, PaddedVolume } from './volume.js';
import { convertWeights, PackedWeights } from './weights.js';

/** Neighbouring outputs that are summed at once, in registers. */
const LANES = 4;

/**
 * Convolution one output row at a time, straight from the padded image: for few output channels a group,
 * where gathering windows would cost as much as the sums. Depthwise convolution is the case of one channel.
 */
export function compileConvDirect(
  step: ConvStep,
  context: CompileContext,
  algorithm: Extract<Algorithm, 'direct' | 'depthwise'>,
  reason: string,
): CompiledStep {
  const kernel = new ConvDirect(step, context);
  return { plan: { algorithm, reason }, run: (memory) => kernel.run(memory) };
}

class ConvDirect {
  readonly #step: ConvStep;
  readonly #volume: PaddedVolume;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #offsets: Int32Array;
  readonly #weights: PackedWeights;
  readonly #epilogue: Epilogue;

  constructor(step: ConvStep, context: CompileContext) {
    const { geometry } = step;
    this.#step = step;
    this.#volume = new PaddedVolume(geometry);
    const { inputs, outputs } = groupChannels(geometry);
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#offsets = this.#volume.tapOffsets(inputs);
    const size = geometry.outChannels * this.#offsets.length;
    this.#weights = new PackedWeights(context, step.operands[1], size, convertWeights);
    this.#epilogue = new Epilogue(step.activation, epilogueSlots(step));
  }

  run(memory: SlotMemory): void {
    const { geometry, operands } = this.#step;
    const x = memory.float32(operands[0]);
    const weights = this.#weights.get(memory);
    const epilogue = this.#epilogue.bind(memory);
    const image = scratch('image', this.#inputs * this.#volume.size);
    const inputSize = this.#inputs * inputVolume(geometry);
    const pixels = outputVolume(geometry);
    const taps = this.#offsets.length;
    for (let n = 0; n < geometry.batch; n++) {
      for (let group = 0; group < geometry.groups; group++) {
        const slice = n * geometry.groups + group;
        this.#volume.fill(x, slice * inputSize, this.#inputs, image);
        for (let output = 0; output < this.#outputs; output++) {
          const channel = group * this.#outputs + output;
          const filter = weights.subarray(channel * taps, (channel + 1) * taps);
          this.#plane(image, filter, epilogue, { channel, at: (slice * this.#outputs + output) * pixels });
        }
      }
    }
  }

  /** One output channel of one image. */
  #plane(
    image: Float64Array,
    filter: Float64Array,
    epilogue: BoundEpilogue,
    target: { channel: number; at: number },
  ): void {
    const { outputDepth, outputHeight, outputWidth, strideWidth } = this.#step.geometry;
    const sums = scratch('sums', outputWidth);
    let at = target.at;
    for (let od = 0; od < outputDepth; od++) {
      for (let oh = 0; oh < outputHeight; oh++) {
        const row = { start: this.#volume.rowStart(od, oh), step: strideWidth, count: outputWidth };
        sumRow(image, row, this.#offsets, filter, sums);
        epilogue.finish(sums, 0, outputWidth, target.channel, at);
        at += outputWidth;
      }
    }
  }
}

/** sums[i] = Σ_tap image[start + i·step + offsets[tap]] · filter[tap] */
function sumRow(
  image: Float64Array,
  row: { start: number; step: number; count: number },
  offsets: Int32Array,
  filter: Float64Array,
  sums: Float64Array,
): void {
  const { step, count } = row;
  const blocked = count - (count % LANES);
  let start = row.start;
  let i = 0;
  for (; i < blocked; i += LANES) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let tap = 0; tap < offsets.length; tap++) {
      const weight = filter[tap];
      const p0 = start + offsets[tap];
      const p1 = p0 + step;
      const p2 = p1 + step;
      s0 += image[p0] * weight;
      s1 += image[p1] * weight;
      s2 += image[p2] * weight;
      s3 += image[p2 + step] * weight;
    }
    sums[i] = s0;
    sums[i + 1] = s1;
    sums[i + 2] = s2;
    sums[i + 3] = s3;
    start += LANES * step;
  }
  for (; i < count; i++) {
    let sum = 0;
    for (let tap = 0; tap < offsets.length; tap++) sum += image[start + offsets[tap]] * filter[tap];
    sums[i] = sum;
    start += step;
  }
}
