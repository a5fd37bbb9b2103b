import { readFlag, readOptions } from '../geometry/options.js';
import { type AsyncOptions, type ImageCall, runImages, runImagesAsync } from './call.js';
import { type Image, type ImageLike, readSize } from './image.js';
import { ImageProgram } from './image-program.js';
import { type LetterboxFrame, type LetterboxMapping, placeInLetterbox } from './letterbox-mapping.js';
import { readFilling } from './pad.js';
import { appendPad, type Filling } from './pixel-slot.js';
import { FULL_SCALE, type PixelType } from './pixel-type.js';
import { type Pixels, readSizedImages } from './read-image.js';
import { appendResize, planResize } from './resize/plan.js';
import { RESAMPLING_KEYS, type ResamplingOptions, readResampling } from './resize.js';
import { imageResults } from './results.js';

export interface LetterboxOptions extends ResamplingOptions {
  /** Of the result, in pixels. */
  readonly width: number;
  /** Of the result, in pixels. */
  readonly height: number;
  /** What fills the rest, one number or one a channel, in the image's values. Default: 114 of 255, which is 29298 in uint16 and 114/255 in float32. */
  readonly value?: number | readonly number[] | undefined;
  /** Whether smaller images are made larger. Default true. */
  readonly scaleUp?: boolean | undefined;
  /** Receives the result: an Image of its size, or for a batch an array of them. */
  readonly out?: Image | readonly Image[] | null | undefined;
}

/** An image in its frame, and where its pixels went. */
export interface Letterboxed {
  /** The frame, with the image in its middle. */
  readonly image: Image;
  /** From places in the frame to places in the image, and back. */
  readonly mapping: LetterboxMapping;
}

export const LETTERBOX_KEYS = ['width', 'height', 'value', 'scaleUp'] as const;

/** What letterboxes are filled with where nothing else is said: YOLO's 114 of 255, whatever type the pixels have. */
const USUAL_SHARE = 114 / 255;

/**
 * Images of one size, their aspect ratio kept: resized to fit, and the rest filled on both sides, as YOLO's networks were trained. In
 * OpenCV's way unless `compat` says 'pil'.
 *
 * @example
 * const { image, mapping } = letterbox(photo, { width: 640, height: 640 });
 * mapping.toSource(320, 320); // the point of the photo that is the centre of the network's input
 * @throws ShapeError, ArgumentError
 * @see https://github.com/ultralytics/ultralytics/blob/main/ultralytics/data/augment.py
 */
export function letterbox(image: ImageLike, options: LetterboxOptions): Letterboxed;
export function letterbox(images: readonly ImageLike[], options: LetterboxOptions): Letterboxed[];
export function letterbox(
  images: ImageLike | readonly ImageLike[],
  options: LetterboxOptions,
): Letterboxed | Letterboxed[] {
  return runImages(prepare(images, options));
}

/** `letterbox` off the event loop; errors reject the promise. */
export function letterboxAsync(image: ImageLike, options: LetterboxOptions & AsyncOptions): Promise<Letterboxed>;
export function letterboxAsync(
  images: readonly ImageLike[],
  options: LetterboxOptions & AsyncOptions,
): Promise<Letterboxed[]>;
export async function letterboxAsync(
  images: ImageLike | readonly ImageLike[],
  options: LetterboxOptions & AsyncOptions,
): Promise<Letterboxed | Letterboxed[]> {
  return runImagesAsync('letterbox', options, (given) => prepare(images, given));
}

function prepare(value: unknown, options: unknown): ImageCall<Letterboxed | Letterboxed[]> {
  const operator = 'letterbox';
  const given = readOptions(operator, options, [...RESAMPLING_KEYS, ...LETTERBOX_KEYS, 'out'] as const);
  const { images, batched } = readSizedImages(operator, value);
  const frame = readLetterbox(operator, given);
  const resampling = readResampling(operator, given, 'opencv');
  const fillings = images.map((image) => letterboxFilling(operator, frame.value, image));
  const facts = images.map(({ type, channels }) => ({ type, channels, width: frame.width, height: frame.height }));
  const results = imageResults(operator, facts, batched, given.out);
  const program = new ImageProgram();
  const letterboxed = images.map((image, i) => {
    const { size, margins, mapping } = placeInLetterbox(frame, image);
    const region = { left: 0, top: 0, ...size };
    const small = appendResize(program, image, planResize(image, { operator, size, region, resampling }));
    program.output(appendPad(operator, program, small, margins, fillings[i]).slot, results[i].data);
    return { image: results[i], mapping };
  });
  return { operator, program, result: batched ? letterboxed : letterboxed[0] };
}

/** @throws ArgumentError where pixels cannot be the value. */
export function letterboxFilling(operator: string, value: unknown, image: Pick<Pixels, 'type' | 'channels'>): Filling {
  return readFilling(operator, { value: value ?? usualValue(image.type) }, image);
}

function usualValue(type: PixelType): number {
  const value = USUAL_SHARE * FULL_SCALE[type];
  return type === 'float32' ? value : Math.round(value);
}

/** @throws ShapeError, ArgumentError; `value` is checked when there is an image to hold it. */
export function readLetterbox(
  operator: string,
  given: { readonly [Key in (typeof LETTERBOX_KEYS)[number]]?: unknown },
): LetterboxFrame & { readonly value: unknown } {
  return {
    width: readSize(`${operator}: width`, given.width),
    height: readSize(`${operator}: height`, given.height),
    scaleUp: readFlag(`${operator}: scaleUp`, given.scaleUp, true),
    value: given.value ?? undefined,
  };
}
