import { ArgumentError, ShapeError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { readNumber, readOptions, readWord } from '../geometry/options.js';
import { IMAGE_PAD_MODES, type ImagePadMode } from '../geometry/records.js';
import { describe } from '../values.js';
import { type AsyncOptions, type ImageCall, runImages, runImagesAsync } from './call.js';
import type { Image, ImageLike } from './image.js';
import { ImageProgram } from './image-program.js';
import { appendPad, type Filling, inputPixels, type Margins } from './pixel-slot.js';
import { FULL_SCALE, type PixelType } from './pixel-type.js';
import { type Pixels, readSizedImages } from './read-image.js';
import { readRegion } from './region.js';
import { imageResults } from './results.js';

export type { ImagePadMode };

/** How much to put around an image, and of what. */
export interface PadOptions {
  /** Pixels to add on every side, for those that are not given themselves. Default 0. */
  readonly padding?: number | undefined;
  /** Pixels above the image, in the place of `padding`. */
  readonly top?: number | undefined;
  /** Pixels below it. */
  readonly bottom?: number | undefined;
  /** Pixels to its left. */
  readonly left?: number | undefined;
  /** Pixels to its right. */
  readonly right?: number | undefined;
  /** As with `numpy.pad`: 'reflect' mirrors at the outermost pixels, 'symmetric' at their edges. Default 'constant'. */
  readonly mode?: ImagePadMode | undefined;
  /** What mode 'constant' pads with, one number or one a channel, in the image's values. Default 0. */
  readonly value?: number | readonly number[] | undefined;
  /** Receives the result: an Image of its size, or for a batch an array of them. */
  readonly out?: Image | readonly Image[] | null | undefined;
}

export const PAD_KEYS = ['padding', 'top', 'bottom', 'left', 'right', 'mode', 'value'] as const;
type Unread = { readonly [Key in (typeof PAD_KEYS)[number]]?: unknown };

/**
 * Images with more pixels around them.
 *
 * @throws ShapeError where a side is negative or the result too large; ArgumentError
 * @see https://numpy.org/doc/stable/reference/generated/numpy.pad.html
 */
export function pad(image: ImageLike, options: PadOptions): Image;
export function pad(images: readonly ImageLike[], options: PadOptions): Image[];
export function pad(images: ImageLike | readonly ImageLike[], options: PadOptions): Image | Image[] {
  return runImages(prepare(images, options));
}

/** `pad` off the event loop; errors reject the promise. */
export function padAsync(image: ImageLike, options: PadOptions & AsyncOptions): Promise<Image>;
export function padAsync(images: readonly ImageLike[], options: PadOptions & AsyncOptions): Promise<Image[]>;
export async function padAsync(
  images: ImageLike | readonly ImageLike[],
  options: PadOptions & AsyncOptions,
): Promise<Image | Image[]> {
  return runImagesAsync('pad', options, (given) => prepare(images, given));
}

function prepare(value: unknown, options: unknown): ImageCall<Image | Image[]> {
  const operator = 'pad';
  const given = readOptions(operator, options, [...PAD_KEYS, 'out'] as const);
  const { images, batched } = readSizedImages(operator, value);
  const margins = readMargins(operator, given);
  const facts = images.map(({ type, channels, width, height }) => ({
    type,
    channels,
    width: width + margins.left + margins.right,
    height: height + margins.top + margins.bottom,
  }));
  const fillings = images.map((image) => readFilling(operator, given, image));
  const results = imageResults(operator, facts, batched, given.out);
  const program = new ImageProgram();
  images.forEach((image, i) => {
    const x = inputPixels(program, image, readRegion(operator, undefined, image));
    program.output(appendPad(operator, program, x, margins, fillings[i]).slot, results[i].data);
  });
  return { operator, program, result: batched ? [...results] : results[0] };
}

/** @throws ShapeError, ArgumentError */
export function readMargins(operator: string, given: Unread): Margins {
  const all = readMargin(`${operator}: padding`, given.padding, 0);
  return {
    top: readMargin(`${operator}: top`, given.top, all),
    bottom: readMargin(`${operator}: bottom`, given.bottom, all),
    left: readMargin(`${operator}: left`, given.left, all),
    right: readMargin(`${operator}: right`, given.right, all),
  };
}

function readMargin(context: string, value: unknown, fallback: number): number {
  const margin = value === undefined ? fallback : readInteger(context, value);
  if (margin < 0) throw new ShapeError(`${context} must be at least 0, but got ${margin}; crop makes images smaller`);
  return margin;
}

/** @throws ArgumentError where pixels cannot be what is given. */
export function readFilling(
  operator: string,
  given: Pick<Unread, 'mode' | 'value'>,
  { type, channels }: Pick<Pixels, 'type' | 'channels'>,
): Filling {
  const mode = readWord(`${operator}: mode`, given.mode, IMAGE_PAD_MODES, 'constant');
  const { value = 0 } = given;
  if (mode !== 'constant' && given.value !== undefined) {
    throw new ArgumentError(`${operator}: value is for mode 'constant' alone, but mode is '${mode}'`);
  }
  const values = Array.isArray(value) ? value : new Array<unknown>(channels).fill(value);
  if (values.length !== channels) {
    throw new ShapeError(
      `${operator}: value must be one number, or one for each of ${channels} channels, but got ${values.length}`,
    );
  }
  return { mode, value: Float32Array.from(values, (one) => readPixelValue(`${operator}: value`, one, type)) };
}

function readPixelValue(context: string, value: unknown, type: PixelType): number {
  const number = readNumber(context, value);
  const fits = type === 'float32' || (Number.isInteger(number) && number >= 0 && number <= FULL_SCALE[type]);
  if (fits) return number;
  throw new ArgumentError(
    `${context} must be a whole number from 0 to ${FULL_SCALE[type]}, but got ${describe(value)}`,
  );
}
