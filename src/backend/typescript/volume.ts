import { UnsupportedError } from '../../errors.js';
import type { ConvGeometry, Window } from '../../geometry/records.js';

/** Places in a volume are kept in 32 bits. */
const MAX_OFFSET = 2 ** 31 - 1;

/** The zero-padded volume that a window slides over, and the place of each of the window's taps in it. */
export class PaddedVolume {
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly size: number;
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
    this.depth = window.inputDepth + window.padFront + window.padBack;
    this.height = window.inputHeight + window.padTop + window.padBottom;
    this.width = window.inputWidth + window.padLeft + window.padRight;
    this.size = this.depth * this.height * this.width;
  }

  /**
   * Offset of each tap of a window over `channels` volumes from the window's first, in the weight's order.
   *
   * @throws UnsupportedError where the volumes have more values than 32 bits can count.
   */
  tapOffsets(channels: number): Int32Array {
    const { kernelDepth, kernelHeight, kernelWidth, dilationDepth, dilationHeight, dilationWidth } = this.#window;
    if (channels * this.size > MAX_OFFSET) {
      throw new UnsupportedError(
        `typescript backend: ${channels} padded channels of ${this.size} values are more than 2^31 − 1 together`,
      );
    }
    const offsets = new Int32Array(channels * kernelDepth * kernelHeight * kernelWidth);
    let at = 0;
    for (let c = 0; c < channels; c++) {
      for (let kd = 0; kd < kernelDepth; kd++) {
        for (let kh = 0; kh < kernelHeight; kh++) {
          const row = c * this.size + (kd * dilationDepth * this.height + kh * dilationHeight) * this.width;
          for (let kw = 0; kw < kernelWidth; kw++) offsets[at++] = row + kw * dilationWidth;
        }
      }
    }
    return offsets;
  }

  /** Where the window of output row (od, oh) starts. */
  rowStart(od: number, oh: number): number {
    const { strideDepth, strideHeight } = this.#window;
    return (od * strideDepth * this.height + oh * strideHeight) * this.width;
  }

  /** Where the window of each output pixel in from … end starts; pixels count row by row. */
  pixelStarts(from: number, end: number, starts: Int32Array): void {
    const { outputHeight, outputWidth, strideWidth } = this.#window;
    let ow = from % outputWidth;
    let row = (from - ow) / outputWidth;
    let start = this.rowStart(Math.floor(row / outputHeight), row % outputHeight) + ow * strideWidth;
    for (let pixel = from; pixel < end; pixel++) {
      starts[pixel - from] = start;
      start += strideWidth;
      if (++ow === outputWidth) {
        ow = 0;
        row++;
        start = this.rowStart(Math.floor(row / outputHeight), row % outputHeight);
      }
    }
  }

  /** Copies `channels` volumes x[at …) into `padded`, with zeros around each. */
  fill(x: Float32Array, at: number, channels: number, padded: Float64Array): void {
    const { inputDepth, inputHeight, inputWidth, padFront, padTop, padLeft } = this.#window;
    if (this.size !== inputDepth * inputHeight * inputWidth) padded.fill(0, 0, channels * this.size);
    let source = at;
    for (let c = 0; c < channels; c++) {
      for (let d = 0; d < inputDepth; d++) {
        for (let h = 0; h < inputHeight; h++) {
          const row = ((c * this.depth + d + padFront) * this.height + h + padTop) * this.width + padLeft;
          for (let target = row; target < row + inputWidth; target++) padded[target] = x[source++];
        }
      }
    }
  }

  /** Copies one volume without its padding to y[at …). */
  crop(padded: Float64Array, y: Float32Array, at: number): void {
    const { inputDepth, inputHeight, inputWidth, padFront, padTop, padLeft } = this.#window;
    let target = at;
    for (let d = 0; d < inputDepth; d++) {
      for (let h = 0; h < inputHeight; h++) {
        const row = ((d + padFront) * this.height + h + padTop) * this.width + padLeft;
        for (let source = row; source < row + inputWidth; source++) y[target++] = padded[source];
      }
    }
  }
}

/** Values in one channel of the output. */
export function outputVolume(window: Window): number {
  return window.outputDepth * window.outputHeight * window.outputWidth;
}

/** Values in one channel of the input. */
export function inputVolume(window: Window): number {
  return window.inputDepth * window.inputHeight * window.inputWidth;
}

/** Taps of one channel of the kernel. */
export function kernelVolume(window: Window): number {
  return window.kernelDepth * window.kernelHeight * window.kernelWidth;
}

/** Channels of one group. */
export function groupChannels(geometry: ConvGeometry): { inputs: number; outputs: number } {
  return { inputs: geometry.inChannels / geometry.groups, outputs: geometry.outChannels / geometry.groups };
}
