import type { ConvStep } from '../../program/step.js';
import type { CompileContext, CompiledStep } from './compiled-step.js';
import { type BoundEpilogue, Epilogue, epilogueSlots } from './epilogue.js';
import type { SlotMemory } from './memory.js';
import { addPanel, packPanels, roundUpToTile, TILE } from './product.js';
import { scratch } from './scratch.js';
import { groupChannels, inputVolume, outputVolume, PaddedVolume } from './volume.js';
import { type Pack, PackedWeights } from './weights.js';

/** Taps gathered at a time: two panels, 12 KB each, then stay in the first-level cache. */
const DEPTH_BLOCK = 512;
/** Sums that are kept at a time, 1 MB of them. */
const SUMS_BLOCK = 1 << 17;
const MAX_PIXEL_BLOCK = 64 * TILE;

/**
 * Convolution as a matrix product: the windows of a block of pixels are gathered into rows (im2col), and each
 * row of weights is multiplied with each of them. Padding takes part as zeros.
 */
export function compileConvGemm(step: ConvStep, context: CompileContext, reason: string): CompiledStep {
  const kernel = new ConvGemm(step, context);
  return { plan: { algorithm: 'gemm', reason }, run: (memory) => kernel.run(memory) };
}

/** Some output pixels of one group of one image. */
interface PixelBlock {
  readonly image: Float64Array;
  readonly weights: Float64Array;
  /** Counts the groups of all images. */
  readonly slice: number;
  readonly group: number;
  readonly pixel: number;
  readonly count: number;
}

class ConvGemm {
  readonly #step: ConvStep;
  readonly #volume: PaddedVolume;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #pixels: number;
  readonly #offsets: Int32Array;
  readonly #starts: Int32Array;
  readonly #pixelBlock: number;
  readonly #weights: PackedWeights;
  readonly #epilogue: Epilogue;

  constructor(step: ConvStep, context: CompileContext) {
    const { geometry } = step;
    this.#step = step;
    this.#volume = new PaddedVolume(geometry);
    const { inputs, outputs } = groupChannels(geometry);
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#pixels = outputVolume(geometry);
    this.#offsets = this.#volume.tapOffsets(inputs);
    this.#pixelBlock = pixelBlock(this.#pixels, outputs);
    this.#starts = new Int32Array(this.#pixelBlock);
    const taps = this.#offsets.length;
    const size = geometry.groups * roundUpToTile(outputs) * taps;
    this.#weights = new PackedWeights(context, step.operands[1], size, packGroups(geometry.groups, outputs, taps));
    this.#epilogue = new Epilogue(step.activation, epilogueSlots(step));
  }

  run(memory: SlotMemory): void {
    const { geometry, operands } = this.#step;
    const x = memory.float32(operands[0]);
    const weights = this.#weights.get(memory);
    const epilogue = this.#epilogue.bind(memory);
    const image = scratch('image', this.#inputs * this.#volume.size);
    const inputSize = this.#inputs * inputVolume(geometry);
    for (let n = 0; n < geometry.batch; n++) {
      for (let group = 0; group < geometry.groups; group++) {
        const slice = n * geometry.groups + group;
        this.#volume.fill(x, slice * inputSize, this.#inputs, image);
        for (let pixel = 0; pixel < this.#pixels; pixel += this.#pixelBlock) {
          const count = Math.min(this.#pixelBlock, this.#pixels - pixel);
          const block = { image, weights, slice, group, pixel, count };
          this.#multiplyBlock(block);
          this.#finishBlock(epilogue, block);
        }
      }
    }
  }

  #multiplyBlock(block: PixelBlock): void {
    const { image, weights, group, pixel, count } = block;
    const rows = roundUpToTile(this.#outputs);
    const columns = roundUpToTile(count);
    const sums = scratch('sums', rows * columns).fill(0, 0, rows * columns);
    const patches = scratch('patches', columns * DEPTH_BLOCK);
    const taps = this.#offsets.length;
    this.#volume.pixelStarts(pixel, pixel + count, this.#starts);
    this.#starts.fill(this.#starts[count - 1], count, columns);
    const starts = this.#starts.subarray(0, columns);
    for (let tap = 0; tap < taps; tap += DEPTH_BLOCK) {
      const depth = Math.min(DEPTH_BLOCK, taps - tap);
      gather(image, starts, this.#offsets.subarray(tap, tap + depth), patches);
      for (let row = 0; row < rows; row += TILE) {
        const aStart = (group * rows + row) * taps + tap * TILE;
        addPanel(weights, patches, sums, { depth, aStart, sumsStart: row * columns, columns });
      }
    }
  }

  #finishBlock(epilogue: BoundEpilogue, block: PixelBlock): void {
    const { slice, group, pixel, count } = block;
    const columns = roundUpToTile(count);
    const sums = scratch('sums', 0);
    for (let row = 0; row < this.#outputs; row++) {
      const channel = group * this.#outputs + row;
      const at = (slice * this.#outputs + row) * this.#pixels + pixel;
      epilogue.finish(sums, row * columns, count, channel, at);
    }
  }
}

function pixelBlock(pixels: number, outputs: number): number {
  const fitting = Math.floor(SUMS_BLOCK / Math.max(1, outputs) / TILE) * TILE;
  return Math.min(roundUpToTile(pixels), Math.max(TILE, Math.min(fitting, MAX_PIXEL_BLOCK)));
}

/** Each group's rows of weights, in panels of its own. */
function packGroups(groups: number, outputs: number, taps: number): Pack {
  return (weight, packed) => {
    for (let group = 0; group < groups; group++) {
      const rows = { start: group * outputs * taps, count: outputs, depth: taps, rowStride: taps, stride: 1 };
      packPanels(weight, rows, packed, group * roundUpToTile(outputs) * taps);
    }
  };
}

/** Packs the windows that begin at `starts`, three at a time: value k is image[start + offsets[k]]. */
function gather(image: Float64Array, starts: Int32Array, offsets: Int32Array, patches: Float64Array): void {
  let at = 0;
  for (let pixel = 0; pixel < starts.length; pixel += TILE) {
    const start0 = starts[pixel];
    const start1 = starts[pixel + 1];
    const start2 = starts[pixel + 2];
    for (let tap = 0; tap < offsets.length; tap++) {
      const offset = offsets[tap];
      patches[at] = image[start0 + offset];
      patches[at + 1] = image[start1 + offset];
      patches[at + 2] = image[start2 + offset];
      at += TILE;
    }
  }
}
