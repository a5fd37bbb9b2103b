import { UnsupportedError } from '../../errors.js';
import type { ConvTransposeGeometry } from '../../geometry/records.js';
import type { ConvTransposeStep } from '../../program/step.js';
import type { CompileContext, CompiledStep } from './compiled-step.js';
import { Epilogue, epilogueSlots } from './epilogue.js';
import type { SlotMemory } from './memory.js';
import { addPanel, packPanels, roundUpToTile, TILE } from './product.js';
import { scratch } from './scratch.js';
import { groupChannels, inputVolume, kernelVolume, outputVolume } from './volume.js';
import { type Pack, PackedWeights } from './weights.js';

/**
 * Transposed convolution: for each output channel a matrix product over the input channels gives what each
 * input pixel adds through each tap of the kernel, and those are summed into the output (col2im).
 */
export function compileConvTranspose(step: ConvTransposeStep, context: CompileContext): CompiledStep {
  if (step.algorithm !== 'auto' && step.algorithm !== 'gemm') {
    throw new UnsupportedError(`algorithm: the TypeScript backend has only 'gemm' for a transposed convolution`);
  }
  const kernel = new ConvTranspose(step, context);
  const reason = 'a product over the input channels, then a sum of overlapping windows';
  return { plan: { algorithm: 'gemm', reason }, run: (memory) => kernel.run(memory) };
}

/** Products kept at a time: 32 MiB. There is one for each tap of the kernel and each pixel of the input. */
const MOST_PRODUCTS = 2 ** 22;

/** Taps of the kernel, the first of which starts a tile. */
interface Taps {
  readonly first: number;
  readonly count: number;
}

/** What each input pixel adds through those taps, a row of `columns` for each. */
interface TapSums extends Taps {
  readonly columns: number;
  readonly values: Float64Array;
}

class ConvTranspose {
  readonly #step: ConvTransposeStep;
  readonly #inputs: number;
  readonly #outputs: number;
  /** Taps of the kernel, and the rows that they take up among the weights. */
  readonly #taps: number;
  readonly #rows: number;
  /** Taps whose products are kept at a time. */
  readonly #block: number;
  readonly #weights: PackedWeights;
  readonly #epilogue: Epilogue;

  constructor(step: ConvTransposeStep, context: CompileContext) {
    const { geometry } = step;
    this.#step = step;
    const { inputs, outputs } = groupChannels(geometry);
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#taps = kernelVolume(geometry);
    this.#rows = roundUpToTile(this.#taps);
    const tiles = Math.floor(MOST_PRODUCTS / roundUpToTile(inputVolume(geometry)) / TILE);
    this.#block = Math.max(1, tiles) * TILE;
    const size = geometry.outChannels * this.#rows * inputs;
    this.#weights = new PackedWeights(context, step.operands[1], size, packTaps(geometry, this.#rows));
    this.#epilogue = new Epilogue(step.activation, epilogueSlots(step));
  }

  run(memory: SlotMemory): void {
    const { geometry, operands } = this.#step;
    const x = memory.float32(operands[0]);
    const weights = this.#weights.get(memory);
    const epilogue = this.#epilogue.bind(memory);
    const pixels = inputVolume(geometry);
    const outputPixels = outputVolume(geometry);
    const columns = roundUpToTile(pixels);
    const patches = scratch('patches', columns * this.#inputs);
    const plane = scratch('image', outputPixels);
    for (let slice = 0; slice < geometry.batch * geometry.groups; slice++) {
      const start = slice * this.#inputs * pixels;
      const rows = { start, count: pixels, depth: this.#inputs, rowStride: 1, stride: pixels };
      packPanels(x, rows, patches, 0);
      for (let output = 0; output < this.#outputs; output++) {
        const channel = (slice % geometry.groups) * this.#outputs + output;
        plane.fill(0, 0, outputPixels);
        for (let first = 0; first < this.#taps; first += this.#block) {
          const taps = { first, count: Math.min(this.#block, this.#taps - first) };
          scatter(geometry, { ...taps, columns, values: this.#multiply(weights, channel, taps, patches) }, plane);
        }
        epilogue.finish(plane, 0, outputPixels, channel, (slice * this.#outputs + output) * outputPixels);
      }
    }
  }

  /** sums[tap][input pixel] of some taps of one output channel. */
  #multiply(weights: Float64Array, channel: number, { first, count }: Taps, patches: Float64Array): Float64Array {
    const depth = this.#inputs;
    const columns = roundUpToTile(inputVolume(this.#step.geometry));
    const rows = roundUpToTile(count);
    const sums = scratch('sums', rows * columns).fill(0, 0, rows * columns);
    for (let row = 0; row < rows; row += TILE) {
      const aStart = (channel * this.#rows + first + row) * depth;
      addPanel(weights, patches, sums, { depth, aStart, sumsStart: row * columns, columns });
    }
    return sums;
  }
}

/** [inChannels, outChannels / groups, taps] → for each output channel the panels of [taps, inChannels / groups] */
function packTaps(geometry: ConvTransposeGeometry, rows: number): Pack {
  const { inputs, outputs } = groupChannels(geometry);
  const taps = kernelVolume(geometry);
  return (weight, packed) => {
    for (let channel = 0; channel < geometry.outChannels; channel++) {
      const group = Math.floor(channel / outputs);
      const start = (group * inputs * outputs + (channel % outputs)) * taps;
      const tapRows = { start, count: taps, depth: inputs, rowStride: 1, stride: outputs * taps };
      packPanels(weight, tapRows, packed, channel * rows * inputs);
    }
  };
}

/** plane[i·stride + k·dilation − padBefore] += sums[k][i], for what lies inside the plane. */
function scatter(geometry: ConvTransposeGeometry, sums: TapSums, plane: Float64Array): void {
  const { kernelHeight, kernelWidth, inputDepth, inputHeight, inputWidth } = geometry;
  const { outputDepth, outputHeight } = geometry;
  for (let row = 0; row < sums.count; row++) {
    const tap = sums.first + row;
    const kw = tap % kernelWidth;
    const kh = Math.floor(tap / kernelWidth) % kernelHeight;
    const kd = Math.floor(tap / (kernelWidth * kernelHeight));
    for (let id = 0; id < inputDepth; id++) {
      const od = id * geometry.strideDepth + kd * geometry.dilationDepth - geometry.padFront;
      if (od < 0 || od >= outputDepth) continue;
      for (let ih = 0; ih < inputHeight; ih++) {
        const oh = ih * geometry.strideHeight + kh * geometry.dilationHeight - geometry.padTop;
        if (oh < 0 || oh >= outputHeight) continue;
        const from = row * sums.columns + (id * inputHeight + ih) * inputWidth;
        scatterRow(geometry, sums.values.subarray(from, from + inputWidth), kw, plane, od * outputHeight + oh);
      }
    }
  }
}

function scatterRow(
  geometry: ConvTransposeGeometry,
  row: Float64Array,
  kw: number,
  plane: Float64Array,
  outputRow: number,
): void {
  const { strideWidth, outputWidth } = geometry;
  let ow = kw * geometry.dilationWidth - geometry.padLeft;
  const start = outputRow * outputWidth;
  for (let i = 0; i < row.length; i++, ow += strideWidth) {
    if (ow >= 0 && ow < outputWidth) plane[start + ow] += row[i];
  }
}
