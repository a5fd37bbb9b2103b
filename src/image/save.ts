import { rename, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { Sharp as Pipeline } from 'sharp';
import { ArgumentError, ImageError } from '../errors.js';
import { messageOf } from '../thrown.js';
import { describe, typedArrayKind } from '../values.js';
import { Image } from './image.js';
import type { Importer } from './importer.js';
import { loadSharp, type Sharp } from './sharp.js';

/** What a file can hold. */
export interface FormatLimits {
  /** In words. */
  readonly name: string;
  /** Whether it has 16 bits a channel, or 8. */
  readonly wide: boolean;
  readonly alpha: boolean;
}

const BYTES = { wide: false, alpha: true } as const;

/** By sharp's names; others hold bytes. */
const LIMITS: Readonly<Record<string, FormatLimits>> = {
  png: { name: 'PNG', wide: true, alpha: true },
  tiff: { name: 'TIFF', wide: true, alpha: true },
  jpeg: { name: 'JPEG', wide: false, alpha: false },
  webp: { name: 'WebP', ...BYTES },
  heif: { name: 'AVIF', ...BYTES },
  gif: { name: 'GIF', ...BYTES },
};

/** The file name's format, as sharp calls it. */
function formatOf(path: string): string {
  const extension = extname(path).slice(1).toLowerCase();
  return { jpg: 'jpeg', jpe: 'jpeg', tif: 'tiff', avif: 'heif' }[extension] ?? extension;
}

/** What sharp knows a format by: of the ends that `formatOf` takes for one, sharp does not know all. */
function suffixOf(format: string): string {
  return format === 'heif' ? 'avif' : format;
}

/** Deep Zoom is none: that is a folder of tiles. */
function isWritten(sharp: Sharp, format: string): boolean {
  const formats = sharp.format as unknown as Record<string, { output?: { file?: boolean } } | undefined>;
  return format !== 'dz' && formats[format]?.output?.file === true;
}

/** What the format that a file name ends with can hold. */
export function formatLimits(path: string): FormatLimits {
  const format = formatOf(path);
  return Object.hasOwn(LIMITS, format) ? LIMITS[format] : { name: format, ...BYTES };
}

/**
 * Writes an image of uint8 or uint16 to a file, in the format that its name ends with: .png and .tiff, which keep every value and up
 * to 16 bits; .jpg, which has no alpha; .webp, .avif, .gif. One channel, or grey with alpha, is written as grey where the format has that.
 * The file appears complete or not at all. Needs the package sharp.
 *
 * @throws UnsupportedError where sharp is not installed; ImageError where the file cannot be written; ArgumentError where the format
 * cannot hold the image: uint16 in a format of bytes, alpha in a JPEG
 */
export async function saveImage(path: string, image: Image, importer?: Importer): Promise<void> {
  const operator = 'saveImage';
  if (!(image instanceof Image)) {
    throw new ArgumentError(`${operator}: image must be an Image, but got ${describe(image)}`);
  }
  const { data } = image;
  if (typedArrayKind(data) === 'Float32Array') {
    throw new ArgumentError(
      `${operator}: image must be uint8 or uint16, but is float32; no file holds that: round it to one of them`,
    );
  }
  if (image.channels > 4) {
    throw new ArgumentError(`${operator}: ${path}: a file has 1 to 4 channels, but the image ${image.channels}`);
  }
  const sharp = await loadSharp(operator, importer);
  if (!isWritten(sharp, formatOf(path))) {
    throw new ArgumentError(
      `${operator}: ${path}: the name must end with a format that sharp writes, such as .png or .jpg`,
    );
  }
  refuseLoss(operator, path, image);
  // Not behind the file's own name, which may be as long as names can be.
  const temporary = join(dirname(path), `.${crypto.randomUUID()}.${suffixOf(formatOf(path))}`);
  try {
    await encoded(sharp, path, data as Uint8Array | Uint16Array, image).toFile(temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    // No one knows the name that the file had meanwhile, and the first line alone would hide what the system said.
    const message = messageOf(cause).replaceAll(temporary, path);
    const lines = message.split('\n').filter((line) => line.trim() !== '');
    throw new ImageError(`${path}: cannot be written: ${lines.map((line) => line.trim()).join('; ')}`, { cause });
  }
}

function refuseLoss(operator: string, path: string, { data, channels }: Image): void {
  const { name, wide, alpha } = formatLimits(path);
  if (typedArrayKind(data) === 'Uint16Array' && !wide) {
    throw new ArgumentError(
      `${operator}: ${path}: ${name} holds 8 bits a channel, but the image is uint16; make it uint8, or end the name with .png or .tiff`,
    );
  }
  if (channels % 2 === 0 && !alpha) {
    throw new ArgumentError(
      `${operator}: ${path}: ${name} has no alpha, but the image has ${channels} channels; leave alpha out, or end the name with .png`,
    );
  }
}

/** Sharp on its way to the file; in its own words it would make sRGB bytes of everything. */
function encoded(
  sharp: Sharp,
  path: string,
  data: Uint8Array | Uint16Array,
  { width, height, channels }: Image,
): Pipeline {
  const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
  const [grey, colours] = typedArrayKind(data) === 'Uint16Array' ? ['grey16', 'rgb16'] : ['b-w', 'srgb'];
  const pipeline = sharp(data, { raw, limitInputPixels: false }).toColourspace(channels < 3 ? grey : colours);
  // Sharp's own choice for TIFF is JPEG's compression, which changes values and has no 16 bits.
  return formatOf(path) === 'tiff' ? pipeline.tiff({ compression: 'deflate', predictor: 'horizontal' }) : pipeline;
}
