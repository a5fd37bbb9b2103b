import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { imageSize } from 'image-size';
import type { Sharp as Pipeline } from 'sharp';
import { ArgumentError, ImageError } from '../errors.js';
import { readOptions, readWord } from '../geometry/options.js';
import type { FileUrl } from '../platform.js';
import { describe, typedArrayKind } from '../values.js';
import { Image } from './image.js';
import type { Importer } from './importer.js';
import type { PixelType } from './pixel-type.js';
import { loadSharp } from './sharp.js';

export interface DecodeOptions {
  /** 1 is grey, 3 RGB without alpha (default), 4 RGB and alpha. */
  readonly channels?: 1 | 3 | 4 | undefined;
  /** 'uint8' (default), or 'uint16' for files of 16 bits a channel. */
  readonly dtype?: Exclude<PixelType, 'float32'> | undefined;
  /** Images of more pixels are refused before anything is decoded: a small file can hold an enormous image. Default 2^28. */
  readonly limitInputPixels?: number | undefined;
  /** From which kind of damage on a file is refused: 'warning' (default), 'error', 'truncated', or 'none', which makes the best of it. */
  readonly failOn?: FailOn | undefined;
}

/** Sharp's words, the most lenient first. */
export const FAIL_ON = ['none', 'truncated', 'error', 'warning'] as const;
export type FailOn = (typeof FAIL_ON)[number];

const KEYS = ['channels', 'dtype', 'limitInputPixels', 'failOn'] as const;

/** Formats whose header gives the size of what is decoded: not so where a file holds several images. */
const PLAIN_HEADERS = new Set(['jpg', 'png', 'webp', 'gif']);

/** 16384 × 16384. */
export const DEFAULT_PIXEL_LIMIT = 2 ** 28;

/** An image that is on its way: its size is known, its pixels are not yet decoded. */
export interface OpenedImage {
  readonly width: number;
  readonly height: number;
  /** @throws ImageError where the file is damaged */
  decode(): Promise<Image<Uint8Array | Uint16Array>>;
}

/**
 * Decodes an image file of any format that sharp reads: turned as its EXIF orientation says, colours as sRGB, the first frame
 * of an animation. Needs the package sharp.
 *
 * @param source A path, a file: URL, or the file's bytes
 * @throws UnsupportedError where sharp is not installed; ImageError where the file is no image, damaged, or too large;
 * ArgumentError
 * @example
 * const input = preprocess(await decodeImage('cat.jpg'), 'imagenet');
 */
export async function decodeImage(
  source: string | FileUrl | Uint8Array,
  options?: DecodeOptions,
): Promise<Image<Uint8Array | Uint16Array>> {
  return (await openImage(source, options)).decode();
}

/** Reads an image's size alone. Throws what `decodeImage` throws. */
export async function openImage(
  source: string | FileUrl | Uint8Array,
  options?: DecodeOptions,
  importer?: Importer,
): Promise<OpenedImage> {
  const operator = 'decodeImage';
  const given = readOptions(operator, options, KEYS);
  const { channels = 3 } = given;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new ArgumentError(`${operator}: channels must be 1, 3 or 4, but got ${describe(channels)}`);
  }
  const dtype = readWord(`${operator}: dtype`, given.dtype, ['uint8', 'uint16'], 'uint8');
  const limit = readLimit(`${operator}: limitInputPixels`, given.limitInputPixels);
  const failOn = readWord(`${operator}: failOn`, given.failOn, FAIL_ON, 'warning');
  const input = readSource(operator, source);
  const name = typeof input === 'string' ? input : 'the image';
  const sharp = await loadSharp(operator, importer);
  const bytes = typeof input === 'string' ? await guarded(name, () => readFile(input)) : input;
  const open = (most: number | false) => sharp(bytes, { limitInputPixels: most, failOn, sequentialRead: true });
  const { width, height } = await guarded(name, async () => {
    const { width, height } = sizeInHeader(bytes) ?? (await open(false).metadata());
    if (width * height > limit) throw new Error(`${width} × ${height} pixels are more than the limit of ${limit}`);
    return { width, height };
  });
  return { width, height, decode: () => guarded(name, () => decoded(open(limit), channels, dtype)) };
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

async function decoded(pipeline: Pipeline, channels: 1 | 3 | 4, dtype: 'uint8' | 'uint16') {
  const wide = dtype === 'uint16';
  const colours = channels === 1 ? 'b-w' : 'srgb';
  const turned = pipeline.autoOrient().toColourspace(wide ? (channels === 1 ? 'grey16' : 'rgb16') : colours);
  const chosen = channels === 4 ? turned.ensureAlpha() : turned.removeAlpha();
  const { data, info } = await chosen.raw({ depth: wide ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true });
  const pixels = wide
    ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.length);
  return new Image(pixels, info.width, info.height, info.channels);
}

/** What sharp and libvips say of a file, in an error that names it. */
async function guarded<Result>(name: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const [line] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new ImageError(`${name}: ${line}`, { cause });
  }
}

function readLimit(context: string, value: unknown): number {
  if (value === undefined) return DEFAULT_PIXEL_LIMIT;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new ArgumentError(`${context} must be a positive integer, but got ${describe(value)}`);
}

function readSource(operator: string, source: unknown): string | Uint8Array {
  if (typeof source === 'string' && source !== '') return source;
  if (source instanceof URL && source.protocol === 'file:') return fileURLToPath(source);
  if (typedArrayKind(source) === 'Uint8Array') return source as Uint8Array;
  throw new ArgumentError(
    `${operator}: source must be a path, a file: URL or a Uint8Array, but got ${describe(source)}`,
  );
}
