import { ArgumentError, ShapeError } from '../errors.js';
import { readWord } from '../geometry/options.js';
import { MAX_ELEMENTS } from '../shape.js';
import { checkFixedBuffer } from '../tensor.js';
import { describe } from '../values.js';
import { Image, PIXEL_ARRAYS_IN_WORDS, pixelTypeOf, readSize } from './image.js';
import { PIXEL_ARRAYS, PIXEL_TYPES, type PixelArray, type PixelType } from './pixel-type.js';

/** Options of every function that takes images: what an array of bare values does not say itself. */
export interface RawImageOptions {
  /** In pixels. */
  readonly width?: number | undefined;
  /** In pixels. */
  readonly height?: number | undefined;
  /** Values of a pixel, 1 to 4. */
  readonly channels?: number | undefined;
  /** Values from one row to the next. */
  readonly rowStride?: number | undefined;
  /** What the values are, where a Uint8Array or Buffer holds their bytes, in this machine's order. */
  readonly dtype?: PixelType | undefined;
}

export const RAW_IMAGE_KEYS = ['width', 'height', 'channels', 'rowStride', 'dtype'] as const;

/** An image, taken apart and checked: everything that it names lies in `data`. */
export interface Pixels {
  readonly data: PixelArray;
  readonly type: PixelType;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Values from one row to the next. */
  readonly rowStride: number;
}

/** One image, or several. */
export interface PixelsList {
  readonly images: readonly Pixels[];
  /** Whether an array of images was given, though it may hold one or none. */
  readonly batched: boolean;
}

/** @throws ArgumentError, ShapeError, which name the image that is wrong. */
export function readImages(operator: string, value: unknown, options: RawOptions): PixelsList {
  const batched = Array.isArray(value);
  const given: readonly unknown[] = batched ? Array.from(value) : [value];
  const context = (i: number) => (batched ? `${operator}: images[${i}]` : `${operator}: image`);
  const images = given.map((one, i) => readImage(context(i), one, options));
  if (!given.some(isBare)) {
    for (const [i, image] of images.entries()) refuseContradiction(context(i), image, options);
  }
  return { images, batched };
}

/** The options describe bare values. An image that says itself what it is would have them ignored, which nobody means. */
function refuseContradiction(context: string, { type, ...says }: Pixels, options: RawOptions): void {
  const image = { ...says, dtype: type };
  const key = RAW_IMAGE_KEYS.find((name) => options[name] !== undefined && options[name] !== image[name]);
  if (key === undefined) return;
  throw new ArgumentError(
    `${context}: the option ${key} says what bare values are, and this image has ${key} ${image[key]} of itself, but got ` +
      describe(options[key]),
  );
}

/** The same for functions whose options have another width and height: arrays of bare values do not say theirs. */
export function readSizedImages(operator: string, value: unknown): PixelsList {
  const bare = Array.isArray(value) ? value.some(isBare) : isBare(value);
  if (bare) throw new ArgumentError(`${operator}: bare values do not say their size; give { data, width, height }`);
  return readImages(operator, value, {});
}

const isBare = (value: unknown) => pixelTypeOf(value) !== undefined;

type RawOptions = { readonly [Key in (typeof RAW_IMAGE_KEYS)[number]]?: unknown };

function readImage(context: string, value: unknown, options: RawOptions): Pixels {
  const given = describedBy(context, value, options);
  const { data, type } = readData(context, given.data, value instanceof Image ? undefined : options.dtype);
  const width = readSize(`${context}: width`, given.width);
  const height = readSize(`${context}: height`, given.height);
  const channels = given.channels === undefined ? impliedChannels(data, width, height) : given.channels;
  const checked = readChannels(context, channels, data.length, width, height);
  const least = width * checked;
  const rowStride = given.rowStride === undefined ? least : readSize(`${context}: rowStride`, given.rowStride);
  if (rowStride < least) {
    throw new ShapeError(
      `${context}: rowStride counts values and must be at least width · channels = ${least}, but got ${rowStride}`,
    );
  }
  const needed = (height - 1) * rowStride + least;
  if (data.length < needed || (given.rowStride === undefined && data.length !== needed)) {
    throw new ShapeError(
      `${context}: ${width} × ${height} pixels of ${checked} channels need ${needed} values, but data has ${data.length}`,
    );
  }
  if (needed > MAX_ELEMENTS) throw new ShapeError(`${context}: ${needed} values are more than 2^31 - 1`);
  return { data, type, width, height, channels: checked, rowStride };
}

interface Description {
  readonly data: unknown;
  readonly width?: unknown;
  readonly height?: unknown;
  readonly channels?: unknown;
  readonly rowStride?: unknown;
}

/** What the value says of itself; a bare array is described by the options. */
function describedBy(context: string, value: unknown, options: RawOptions): Description {
  if (pixelTypeOf(value) !== undefined) {
    if (options.width === undefined || options.height === undefined) {
      throw new ArgumentError(`${context}: bare values need the options width and height`);
    }
    return { ...options, data: value };
  }
  if (typeof value !== 'object' || value === null || !('data' in value)) {
    throw new ArgumentError(
      `${context} must be { data, width, height } or what sharp gives with resolveWithObject, but got ${describe(value)}`,
    );
  }
  const { data, info } = value as { data: unknown; info?: unknown };
  if (typeof info !== 'object' || info === null) return value as Description;
  const { width, height, channels } = info as Record<string, unknown>;
  return { data, width, height, channels };
}

function readData(context: string, data: unknown, dtype: unknown): { data: PixelArray; type: PixelType } {
  const type = pixelTypeOf(data);
  if (type === undefined) {
    throw new ArgumentError(`${context}: data must be ${PIXEL_ARRAYS_IN_WORDS}, but got ${describe(data)}`);
  }
  const view = data as PixelArray;
  checkFixedBuffer(view, context);
  const wanted = readWord(`${context}: dtype`, dtype, PIXEL_TYPES, type);
  if (wanted === type) return { data: exactly(view, type), type };
  if (type !== 'uint8') {
    throw new ArgumentError(`${context}: dtype is '${wanted}', but data is ${describe(data)}`);
  }
  return { data: reinterpreted(context, view as Uint8Array, wanted), type: wanted };
}

/** A Buffer or Uint8ClampedArray as the plain array of its bytes. */
function exactly(data: PixelArray, type: PixelType): PixelArray {
  if (Object.getPrototypeOf(data) === PIXEL_ARRAYS[type].prototype) return data;
  return new PIXEL_ARRAYS[type](data.buffer as ArrayBuffer, data.byteOffset, data.length);
}

/** Bytes as the values that they hold; copied where they do not lie at a multiple of a value's size. */
function reinterpreted(context: string, bytes: Uint8Array, type: PixelType): PixelArray {
  const array = PIXEL_ARRAYS[type];
  const size = array.BYTES_PER_ELEMENT;
  if (bytes.byteLength % size !== 0) {
    throw new ShapeError(`${context}: ${bytes.byteLength} bytes are no whole number of ${type} values`);
  }
  const aligned = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
}

function impliedChannels(data: PixelArray, width: number, height: number): number {
  return data.length / (width * height);
}

function readChannels(context: string, channels: unknown, length: number, width: number, height: number): number {
  if (channels === 1 || channels === 2 || channels === 3 || channels === 4) return channels;
  if (typeof channels === 'number' && !Number.isInteger(channels)) {
    throw new ShapeError(`${context}: ${length} values are not ${width} × ${height} pixels of 1 to 4 channels`);
  }
  if (typeof channels !== 'number') {
    throw new ArgumentError(`${context}: channels must be 1 to 4, but got ${describe(channels)}`);
  }
  throw new ShapeError(`${context}: channels must be 1 to 4, but got ${channels}`);
}
