import { ImageError } from '../../errors.js';
import { decodeImage, Image, type PixelArray, saveImage } from '../../image/index.js';
import { formatLimits } from '../../image/save.js';
import type { FilterKind, FilterSettings } from './kinds.js';

/** The image was good, and its result could not be written: the disk is full, for one. */
export class UnwrittenError extends Error {
  override readonly name = 'UnwrittenError';
}

/** What is to be done to each file. */
export interface FileFilter {
  readonly kind: FilterKind;
  readonly settings: FilterSettings;
  readonly ignoreIcc: boolean;
  /** Told what of a file the result cannot hold. */
  readonly note: (text: string) => void;
}

/**
 * Filters a file into another one. Grey stays grey, 16 bits stay 16, and alpha stays as it is: it is no colour, and a derivative of it
 * would make opaque images transparent. What the other format cannot hold is left out before, with a note.
 *
 * @throws UnwrittenError; ImageError where the file is no good; ArgumentError
 */
export async function filterFile(
  from: string,
  to: string,
  { kind, settings, ignoreIcc, note }: FileFilter,
): Promise<void> {
  const image = await decodeImage(from, { channels: 'file', dtype: 'file', ignoreIcc });
  const { name, wide, alpha } = formatLimits(to);
  const fitting = image.data instanceof Uint16Array && !wide ? inBytes(image) : image;
  if (fitting !== image) note(`${to}: ${name} holds 8 bits a channel; the other 8 of ${from} are left out`);
  const { colours, alpha: transparency } = withoutAlpha(fitting);
  if (transparency !== undefined && !alpha) note(`${to}: ${name} has no alpha; that of ${from} is left out`);
  const filtered = kind.apply(colours, settings);
  try {
    await saveImage(to, transparency === undefined || !alpha ? filtered : withAlpha(filtered, transparency));
  } catch (error) {
    throw error instanceof ImageError ? new UnwrittenError(error.message, { cause: error }) : error;
  }
}

/** The upper half of 16 bits, as `decodeImage` has it. */
function inBytes({ data, width, height, channels }: Image): Image {
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = data[i] >> 8;
  return new Image(bytes, width, height, channels);
}

/** Alpha is the last of 2 or 4 channels. */
function withoutAlpha(image: Image): { readonly colours: Image; readonly alpha: PixelArray | undefined } {
  const { data, width, height, channels } = image;
  if (channels % 2 === 1) return { colours: image, alpha: undefined };
  const count = width * height;
  const colours = emptyLike(data, count * (channels - 1));
  const alpha = emptyLike(data, count);
  for (let i = 0, to = 0; i < count; i++) {
    const pixel = i * channels;
    for (let c = 0; c < channels - 1; c++) colours[to++] = data[pixel + c];
    alpha[i] = data[pixel + channels - 1];
  }
  return { colours: new Image(colours, width, height, channels - 1), alpha };
}

function withAlpha({ data, width, height, channels }: Image, alpha: PixelArray): Image {
  const all = emptyLike(data, alpha.length * (channels + 1));
  for (let i = 0, from = 0, to = 0; i < alpha.length; i++) {
    for (let c = 0; c < channels; c++) all[to++] = data[from++];
    all[to++] = alpha[i];
  }
  return new Image(all, width, height, channels + 1);
}

function emptyLike(array: PixelArray, length: number): PixelArray {
  return new (array.constructor as new (length: number) => PixelArray)(length);
}
