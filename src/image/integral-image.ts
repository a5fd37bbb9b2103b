import { ArgumentError, ShapeError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { readOptions } from '../geometry/options.js';
import { allocate } from '../ops/operands.js';
import { describe, typedArrayKind } from '../values.js';
import { type AsyncOptions, type ImageCall, runImages, runImagesAsync } from './call.js';
import { ImageProgram } from './image-program.js';
import { type Pixels, RAW_IMAGE_KEYS, type RawImageOptions, readImages } from './read-image.js';
import { type Region, readRegion } from './region.js';
import type { ImagesInput } from './window-call.js';

/**
 * Sums of everything above and to the left, from which the sum of any rectangle is four reads. They count modulo 2^32: a
 * rectangle whose own sum is below 2^32 is exact, however large the image (65,793 pixels of full uint16, 16.8 million of uint8).
 */
export class IntegralImage {
  /** `[height + 1, width + 1, channels]`: at row i and column j the sum of all pixels above row i and left of column j. */
  readonly data: Uint32Array;
  /** Of the image that was summed up. */
  readonly width: number;
  /** Of the image that was summed up. */
  readonly height: number;
  /** Sums of a place, one for each of the image's channels. */
  readonly channels: number;

  /** @throws ShapeError where data has another length. */
  constructor(data: Uint32Array, width: number, height: number, channels: number) {
    if (typedArrayKind(data) !== 'Uint32Array') {
      throw new ArgumentError(`IntegralImage: data must be a Uint32Array, but got ${describe(data)}`);
    }
    if (data.length !== (width + 1) * (height + 1) * channels) {
      throw new ShapeError(
        `IntegralImage: ${width} × ${height} pixels of ${channels} channels need ${(width + 1) * (height + 1) * channels} sums, but data has ${data.length}`,
      );
    }
    this.data = data;
    this.width = width;
    this.height = height;
    this.channels = channels;
  }

  /**
   * The sum of a channel over a region in pixels.
   *
   * @throws ShapeError where the region is not inside the image, or there is no such channel.
   */
  sum(region: Region, channel = 0): number {
    const { left, top, width, height } = readRegion('IntegralImage.sum: region', region, this);
    const c = readInteger('IntegralImage.sum: channel', channel);
    if (c < 0 || c >= this.channels) {
      throw new ShapeError(`IntegralImage.sum: channel must be from 0 to ${this.channels - 1}, but got ${c}`);
    }
    const at = (i: number, j: number) => this.data[(i * (this.width + 1) + j) * this.channels + c];
    return (at(top + height, left + width) - at(top, left + width) - at(top + height, left) + at(top, left)) >>> 0;
  }
}

export interface IntegralImageOptions extends RawImageOptions {
  /** Receives the result: an IntegralImage of that size, or for an array of images an array of them. */
  readonly out?: IntegralImage | readonly IntegralImage[] | null | undefined;
}

/** As many as there were images. */
export type Integrals<Input extends ImagesInput> = Input extends readonly unknown[] ? IntegralImage[] : IntegralImage;

const KEYS = [...RAW_IMAGE_KEYS, 'out'] as const;

/**
 * Sums up a uint8 or uint16 image from its top left corner, channel by channel.
 *
 * @throws ArgumentError where the image is float32, whose sums would not be exact; ShapeError
 * @see OpenCV's `integral`
 * @example
 * integralImage(image).sum({ left: 10, top: 20, width: 30, height: 40 }); // of channel 0
 */
export function integralImage<Input extends ImagesInput>(
  images: Input,
  options?: IntegralImageOptions,
): Integrals<Input> {
  return runImages(prepare(images, options));
}

/** `integralImage` off the event loop; errors reject the promise. */
export async function integralImageAsync<Input extends ImagesInput>(
  images: Input,
  options?: IntegralImageOptions & AsyncOptions,
): Promise<Integrals<Input>> {
  return runImagesAsync('integralImage', options, (given) => prepare(images, given));
}

function prepare<Input extends ImagesInput>(value: Input, options: unknown): ImageCall<Integrals<Input>> {
  const operator = 'integralImage';
  const given = readOptions(operator, options, KEYS);
  const { images, batched } = readImages(operator, value, given);
  if (images.some(({ type }) => type === 'float32')) {
    throw new ArgumentError(`${operator}: images must be uint8 or uint16, whose sums are exact, but got float32`);
  }
  const results = readResults(operator, images, batched, given.out);
  const program = new ImageProgram();
  images.forEach(({ data, width, height, channels, rowStride }, i) => {
    const { data: sums } = results[i];
    const y = program.builder.slot(sums.length, 'int32');
    const geometry = Object.freeze({ height, width, channels, rowStride });
    program.builder.step('imageIntegral', geometry, [program.input(data)], [y]);
    program.output(y, new Int32Array(sums.buffer, sums.byteOffset, sums.length));
  });
  return { operator, program, result: (batched ? [...results] : results[0]) as Integrals<Input> };
}

function readResults(
  operator: string,
  images: readonly Pixels[],
  batched: boolean,
  out: unknown,
): readonly IntegralImage[] {
  if (out === undefined || out === null) return images.map((image) => newResult(operator, image));
  const given = batched ? out : [out];
  if (!Array.isArray(given) || given.length !== images.length) {
    throw new ArgumentError(
      `${operator}: out must be an array of ${images.length} integral images, but got ${describe(out)}`,
    );
  }
  return images.map((image, i) => readOut(`${operator}: out${batched ? `[${i}]` : ''}`, given[i], image));
}

function newResult(operator: string, { width, height, channels }: Pixels): IntegralImage {
  const sums = allocate(operator, [height + 1, width + 1, channels], Int32Array);
  return new IntegralImage(new Uint32Array(sums.buffer, sums.byteOffset, sums.length), width, height, channels);
}

function readOut(context: string, value: unknown, { width, height, channels }: Pixels): IntegralImage {
  if (!(value instanceof IntegralImage)) {
    throw new ArgumentError(`${context} must be an IntegralImage, but got ${describe(value)}`);
  }
  if (value.width !== width || value.height !== height || value.channels !== channels) {
    throw new ShapeError(
      `${context} must be of ${width} × ${height} pixels of ${channels} channels, but is of ${value.width} × ${value.height} of ${value.channels}`,
    );
  }
  return value;
}
