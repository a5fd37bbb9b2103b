import { imageSize } from 'image-size';
import type { Metadata, Sharp as Pipeline } from 'sharp';
import { ArgumentError, ImageError } from '../errors.js';
import { pathOfFileUrl } from '../file-url.js';
import { readFlag, readOptions, readWord } from '../geometry/options.js';
import type { FileUrl } from '../platform.js';
import { MAX_ELEMENTS } from '../shape.js';
import { messageOf } from '../thrown.js';
import { describe, isBytes, typedArrayKind } from '../values.js';
import { greyOf } from './grey.js';
import { Image, LARGEST_SIDE } from './image.js';
import type { Importer } from './importer.js';
import { FULL_SCALE, PIXEL_TYPES, type PixelArray, type PixelType } from './pixel-type.js';
import { readImageFile } from './read-image-file.js';
import { loadSharp } from './sharp.js';

/** What decoding can be told. */
export interface DecodeOptions {
  /**
   * 1 is grey, of colours as Pillow's mode L has it; 3 RGB without alpha (default); 4 RGB and alpha. 'file' is what the file has:
   * grey or colours, with alpha (2 or 4) or without.
   */
  readonly channels?: 1 | 3 | 4 | 'file' | undefined;
  /**
   * 'uint8' (default), 'uint16', or 'float32' from 0 to 1. Eight bits become sixteen by · 257, sixteen become eight by their upper half.
   * 'file' is 'uint16' for files of more than 8 bits a channel, and 'uint8' for others.
   */
  readonly dtype?: PixelType | 'file' | undefined;
  /** Images of more pixels are refused before anything is decoded: a small file can hold an enormous image. Default 2^28. */
  readonly limitInputPixels?: number | undefined;
  /** From which kind of damage on a file is refused: 'warning' (default), 'error', 'truncated', or 'none', which makes the best of it. */
  readonly failOn?: FailOn | undefined;
  /** Whether values stay as they are stored, rather than be converted to sRGB as an embedded ICC profile says. Default false. */
  readonly ignoreIcc?: boolean | undefined;
}

/** Sharp's words, the most lenient first. */
export const FAIL_ON = ['none', 'truncated', 'error', 'warning'] as const;
export type FailOn = (typeof FAIL_ON)[number];

const KEYS = ['channels', 'dtype', 'limitInputPixels', 'failOn', 'ignoreIcc'] as const;

/** Formats whose header gives the size of what is decoded: not so where a file holds several images. */
const PLAIN_HEADERS = new Set(['jpg', 'png', 'webp', 'gif']);

/** 16384 × 16384. */
export const DEFAULT_PIXEL_LIMIT = 2 ** 28;

/** An image that is on its way: its size is known, its pixels are not yet decoded. */
export interface OpenedImage {
  readonly width: number;
  readonly height: number;
  /** @throws ImageError where the file is damaged */
  decode(): Promise<Image>;
}

/** What an image's values shall be. */
interface Wanted {
  readonly channels: 1 | 3 | 4 | 'file';
  readonly dtype: PixelType | 'file';
}

/**
 * The type that `dtype` stands for; 'file' may be either of two.
 *
 * @inline
 */
type Decoded<Type> = Type extends 'float32'
  ? Float32Array
  : Type extends 'uint16'
    ? Uint16Array
    : Type extends 'file'
      ? Uint8Array | Uint16Array
      : Uint8Array;

/**
 * Decodes an image file of any format that sharp reads: turned as its EXIF orientation says, colours as sRGB, the first frame
 * of an animation. Needs the package sharp.
 *
 * @param source The path of a regular file, a file: URL, or the file's bytes
 * @throws UnsupportedError where sharp is not installed; ImageError where the file is no image, damaged, too large, or no regular
 * file; ArgumentError
 * @example
 * const input = preprocess(await decodeImage('cat.jpg'), 'imagenet');
 */
export async function decodeImage<const Options extends DecodeOptions = { readonly dtype: 'uint8' }>(
  source: string | FileUrl | Uint8Array,
  options?: Options,
): Promise<Image<Decoded<Options['dtype']>>> {
  return (await (await openImage(source, options)).decode()) as Image<Decoded<Options['dtype']>>;
}

/** Reads an image's size alone. Throws what `decodeImage` throws. */
export async function openImage(
  source: string | FileUrl | Uint8Array,
  options?: DecodeOptions,
  importer?: Importer,
): Promise<OpenedImage> {
  const operator = 'decodeImage';
  const given = readOptions(operator, options, KEYS);
  const wanted: Wanted = {
    channels: readChannels(`${operator}: channels`, given.channels),
    dtype: readWord(`${operator}: dtype`, given.dtype, [...PIXEL_TYPES, 'file'] as const, 'uint8'),
  };
  const limit = readLimit(`${operator}: limitInputPixels`, given.limitInputPixels);
  const failOn = readWord(`${operator}: failOn`, given.failOn, FAIL_ON, 'warning');
  const ignoreIcc = readFlag(`${operator}: ignoreIcc`, given.ignoreIcc, false);
  const input = readSource(operator, source);
  const name = typeof input === 'string' ? input : 'the image';
  const sharp = await loadSharp(operator, importer);
  const bytes = typeof input === 'string' ? await guarded(name, () => readImageFile(input)) : input;
  const open = (most: number | false) =>
    sharp(bytes, { limitInputPixels: most, failOn, ignoreIcc, sequentialRead: true });
  const { width, height } = await guarded(name, async () => {
    const size = sizeInHeader(bytes) ?? refuseReals(await open(false).metadata());
    refuseLarge(size, limit, wanted.channels === 1 || wanted.channels === 3 ? 3 : 4);
    return size;
  });
  return { width, height, decode: () => guarded(name, () => decoded(() => open(limit), wanted)) };
}

/** What the header of a common format says: sharp would take a tenth of a picture's time to find it out. */
function sizeInHeader(bytes: Uint8Array): { width: number; height: number } | undefined {
  try {
    const { type, width, height } = imageSize(bytes);
    return type !== undefined && PLAIN_HEADERS.has(type) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

/** Files of 8 and 16 bits alone say what is white; of others sharp would cut values off. None of the plain formats holds them. */
function refuseReals(header: Metadata): Metadata {
  if (header.depth === 'uchar' || header.depth === 'ushort') return header;
  throw new Error(`values of type '${header.depth}' are not supported, but those of 8 and 16 bits a channel are`);
}

/** Before anything is decoded: a header of some bytes can name any size. */
function refuseLarge({ width, height }: { width: number; height: number }, limit: number, channels: 3 | 4): void {
  if (width * height > limit) throw new Error(`${width} × ${height} pixels are more than the limit of ${limit}`);
  if (Math.max(width, height) > LARGEST_SIDE) {
    throw new Error(`${width} × ${height} pixels have a side of more than ${LARGEST_SIDE}`);
  }
  if (channels * width * height > MAX_ELEMENTS) {
    throw new Error(`${width} × ${height} pixels of ${channels} channels are more than 2^31 - 1 values`);
  }
}

async function decoded(open: () => Pipeline, wanted: Wanted): Promise<Image> {
  const plain = wanted.dtype === 'uint8' && wanted.channels !== 'file';
  // A file of bytes and one of words need other ways to each type; the header alone says which it is.
  const header = plain ? undefined : await open().metadata();
  const wide = wanted.dtype !== 'uint8' && header !== undefined && header.depth !== 'uchar';
  const channels = wanted.channels === 'file' ? channelsOf(header as Metadata) : wanted.channels;
  const alpha = channels === 2 || channels === 4;
  const turned = open()
    .autoOrient()
    .toColourspace(wide ? 'rgb16' : 'srgb');
  const chosen = alpha ? turned.ensureAlpha() : turned.removeAlpha();
  const { data, info } = await chosen.raw({ depth: wide ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true });
  const colours = wide
    ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.length);
  const pixels = channels < 3 ? greyOf(colours, alpha ? 4 : 3, alpha) : colours;
  return new Image(asType(pixels, wanted.dtype), info.width, info.height, channels);
}

/** Grey or colours, with alpha or without: other numbers of channels, such as CMYK's, become colours. */
function channelsOf({ channels, hasAlpha, space }: Metadata): 1 | 2 | 3 | 4 {
  const isGrey = (channels ?? 3) <= 2 && (space === 'b-w' || space === 'grey16');
  if (isGrey) return hasAlpha ? 2 : 1;
  return hasAlpha ? 4 : 3;
}

/** Full stays full: 255, 65535 and 1 are the same. */
function asType(pixels: Uint8Array | Uint16Array, dtype: PixelType | 'file'): PixelArray {
  if (dtype === 'float32') {
    const full = isBytes(pixels) ? FULL_SCALE.uint8 : FULL_SCALE.uint16;
    const reals = new Float32Array(pixels.length);
    for (let i = 0; i < reals.length; i++) reals[i] = pixels[i] / full;
    return reals;
  }
  if (dtype !== 'uint16' || typedArrayKind(pixels) === 'Uint16Array') return pixels;
  const words = new Uint16Array(pixels.length);
  for (let i = 0; i < words.length; i++) words[i] = 257 * pixels[i];
  return words;
}

/** What sharp and libvips say of a file, in an error that names it. */
async function guarded<Result>(name: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const [line] = messageOf(cause).split('\n');
    throw new ImageError(`${name}: ${line}`, { cause });
  }
}

function readChannels(context: string, value: unknown): Wanted['channels'] {
  if (value === undefined) return 3;
  if (value === 1 || value === 3 || value === 4 || value === 'file') return value;
  throw new ArgumentError(`${context} must be 1, 3 or 4, but got ${describe(value)}; 'file' takes what the file has`);
}

function readLimit(context: string, value: unknown): number {
  if (value === undefined) return DEFAULT_PIXEL_LIMIT;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new ArgumentError(`${context} must be a positive integer, but got ${describe(value)}`);
}

function readSource(operator: string, source: unknown): string | Uint8Array {
  if (typeof source === 'string' && source !== '') return source;
  const path = pathOfFileUrl(source);
  if (path !== undefined) return path;
  if (isBytes(source)) return source;
  throw new ArgumentError(
    `${operator}: source must be a path, a file: URL or a Uint8Array, but got ${describe(source)}`,
  );
}
