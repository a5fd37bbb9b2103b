import { ArgumentError, ShapeError } from '../errors.js';
import { checkFixedBuffer } from '../tensor.js';
import { describe, typedArrayKind } from '../values.js';
import type { PixelArray, PixelType } from './pixel-type.js';

/**
 * An image in memory: rows from the top, in each row the pixels from the left, of each pixel the channels side by side (grey;
 * grey and alpha; red, green, blue; or red, green, blue, alpha). No gaps between the rows.
 */
export class Image<Pixels extends PixelArray = PixelArray> {
  /** height · width · channels values; shared with who made the image. */
  readonly data: Pixels;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Values of a pixel. */
  readonly channels: number;

  /**
   * @param data height · width · channels values; shared, not copied.
   * @throws ShapeError where their number is another.
   */
  constructor(data: Pixels, width: number, height: number, channels: number) {
    if (pixelTypeOf(data) === undefined) {
      throw new ArgumentError(`Image: data must be ${PIXEL_ARRAYS_IN_WORDS}, but got ${describe(data)}`);
    }
    checkFixedBuffer(data, 'Image');
    const sizes = { width, height, channels };
    for (const [name, size] of Object.entries(sizes)) readSize(`Image: ${name}`, size);
    if (data.length !== width * height * channels) {
      throw new ShapeError(
        `Image: ${width} × ${height} pixels of ${channels} channels are ${width * height * channels} values, but data has ${data.length}`,
      );
    }
    this.data = data;
    this.width = width;
    this.height = height;
    this.channels = channels;
  }

  /** What a value is: 'uint8', 'uint16' or 'float32'. */
  get dtype(): PixelType {
    return pixelTypeOf(this.data) as PixelType;
  }
}

/** What functions take for an image: an Image, an ImageData of a canvas, what sharp's `raw().toBuffer({ resolveWithObject: true })` gives. */
export type ImageLike =
  | Image
  | {
      /** As in Image. */
      readonly data: PixelArray | Uint8ClampedArray;
      /** In pixels. */
      readonly width: number;
      /** In pixels. */
      readonly height: number;
      /** Values of a pixel, 1 to 4; left out, it follows from how long `data` is. */
      readonly channels?: number | undefined;
      /** Values from one row to the next; width · channels where left out. */
      readonly rowStride?: number | undefined;
    }
  | {
      /** As in Image. */
      readonly data: PixelArray | Uint8ClampedArray;
      /** sharp's: its sizes in pixels, and values of a pixel. */
      readonly info: {
        /** In pixels. */
        readonly width: number;
        /** In pixels. */
        readonly height: number;
        /** Values of a pixel. */
        readonly channels: number;
      };
    };

export const PIXEL_ARRAYS_IN_WORDS = 'a Uint8Array, Uint8ClampedArray, Uint16Array or Float32Array';

/** The largest extent of an image, in pixels: that of every common format. */
export const LARGEST_SIDE = 2 ** 24;

/** undefined where the value is no array of pixels. */
export function pixelTypeOf(data: unknown): PixelType | undefined {
  switch (typedArrayKind(data)) {
    case 'Uint8Array':
    case 'Uint8ClampedArray':
      return 'uint8';
    case 'Uint16Array':
      return 'uint16';
    case 'Float32Array':
      return 'float32';
    default:
      return undefined;
  }
}

/** @throws ArgumentError where it is no number; ShapeError where it is no positive integer. */
export function readSize(context: string, value: unknown): number {
  if (typeof value !== 'number') throw new ArgumentError(`${context} must be a number, but got ${describe(value)}`);
  if (Number.isInteger(value) && value >= 1 && value <= LARGEST_SIDE) return value;
  throw new ShapeError(`${context} must be an integer from 1 to ${LARGEST_SIDE}, but got ${value}`);
}
