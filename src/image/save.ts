import { rename, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { ArgumentError, ImageError } from '../errors.js';
import { describe } from '../values.js';
import { Image } from './image.js';
import type { Importer } from './importer.js';
import { loadSharp } from './sharp.js';

/**
 * Writes an image of uint8 or uint16 to a file, in the format that its name ends with: .png, .jpg, .webp, .avif, .tiff. The file
 * appears complete or not at all. Needs the package sharp.
 *
 * @throws UnsupportedError where sharp is not installed; ImageError where the file cannot be written; ArgumentError
 */
export async function saveImage(path: string, image: Image, importer?: Importer): Promise<void> {
  const operator = 'saveImage';
  if (!(image instanceof Image)) {
    throw new ArgumentError(`${operator}: image must be an Image, but got ${describe(image)}`);
  }
  const { data, width, height, channels } = image;
  if (data instanceof Float32Array) {
    throw new ArgumentError(`${operator}: image must be uint8 or uint16, but is float32; no file holds that`);
  }
  const sharp = await loadSharp(operator, importer);
  const extension = extname(path).slice(1).toLowerCase();
  const formats = sharp.format as unknown as Record<string, { output?: { file?: boolean } } | undefined>;
  const format = { jpg: 'jpeg', tif: 'tiff', avif: 'heif' }[extension] ?? extension;
  if (formats[format]?.output?.file !== true) {
    throw new ArgumentError(
      `${operator}: ${path}: the name must end with a format that sharp writes, such as .png or .jpg`,
    );
  }
  // Not behind the file's own name, which may be as long as names can be.
  const temporary = join(dirname(path), `.${crypto.randomUUID()}.${extension}`);
  try {
    const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
    await sharp(data, { raw, limitInputPixels: false }).toFile(temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    const [line] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new ImageError(`${path}: cannot be written: ${line}`, { cause });
  }
}
