import { ArgumentError } from '../errors.js';
import { readFlag, readOptions, readWord } from '../geometry/options.js';
import { type AsyncOptions, type ImageCall, runImages, runImagesAsync } from './call.js';
import type { Image, ImageLike } from './image.js';
import { ImageProgram } from './image-program.js';
import { readSizedImages } from './read-image.js';
import { type Region, readRegion } from './region.js';
import {
  appendResize,
  COMPATS,
  type Compat,
  INTERPOLATIONS,
  type Interpolation,
  planResize,
  type Resampling,
} from './resize/plan.js';
import { readTargetSize, sizeFor } from './resize/size.js';
import { imageResults } from './results.js';

export type { Compat, Interpolation };

/** How pixels are weighed where an image gets another size. */
export interface ResamplingOptions {
  /** Default 'bilinear'. 'area' is what 'box' is, and in OpenCV's way its INTER_AREA; 'lanczos' has 3 lobes, in OpenCV's way 4. */
  readonly interpolation?: Interpolation | undefined;
  /**
   * Whether the filter grows with the pixels that one of the result stands for, so that fine patterns do not turn into coarse ones.
   * Default true in Pillow's way; OpenCV never does.
   */
  readonly antialias?: boolean | undefined;
  /**
   * 'pil' (default): exactly the bytes that Pillow's `Image.resize` gives. 'opencv': those of `cv2.resize`, of 'bicubic' at most 1
   * apart. float32 and uint16 are summed in float32 in both ways.
   */
  readonly compat?: Compat | undefined;
}

export interface ResizeOptions extends ResamplingOptions {
  /** Pixels of the shorter side; the longer one is then ⌊size · longer / shorter⌋, as with torchvision. */
  readonly size?: number | undefined;
  /** In pixels. Of width and height one may be left out: it keeps the aspect ratio, to the nearest pixel. */
  readonly width?: number | undefined;
  /** In pixels. */
  readonly height?: number | undefined;
  /** Only this part of the result, in its pixels: the same values, without the work for the rest. */
  readonly crop?: Region | undefined;
  /** Receives the result: an Image of its size, or for a batch an array of them. */
  readonly out?: Image | readonly Image[] | null | undefined;
}

export const RESAMPLING_KEYS = ['interpolation', 'antialias', 'compat'] as const;
const KEYS = [...RESAMPLING_KEYS, 'size', 'width', 'height', 'crop', 'out'] as const;

/**
 * Images of another size. All channels are treated alike: premultiply by alpha first where transparent pixels have colours that
 * must not show (Pillow does that for its modes LA and RGBA).
 *
 * @example
 * resize(photo, { size: 256, interpolation: 'bicubic' });
 * @throws ShapeError where a size is none, or the crop not inside the result; ArgumentError
 * @see https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters
 */
export function resize(image: ImageLike, options: ResizeOptions): Image;
export function resize(images: readonly ImageLike[], options: ResizeOptions): Image[];
export function resize(images: ImageLike | readonly ImageLike[], options: ResizeOptions): Image | Image[] {
  return runImages(prepare(images, options));
}

/** `resize` off the event loop; errors reject the promise. */
export function resizeAsync(image: ImageLike, options: ResizeOptions & AsyncOptions): Promise<Image>;
export function resizeAsync(images: readonly ImageLike[], options: ResizeOptions & AsyncOptions): Promise<Image[]>;
export async function resizeAsync(
  images: ImageLike | readonly ImageLike[],
  options: ResizeOptions & AsyncOptions,
): Promise<Image | Image[]> {
  return runImagesAsync('resize', options, (given) => prepare(images, given));
}

function prepare(value: unknown, options: unknown): ImageCall<Image | Image[]> {
  const operator = 'resize';
  const given = readOptions(operator, options, KEYS);
  const { images, batched } = readSizedImages(operator, value);
  const resampling = readResampling(operator, given);
  const target = readTargetSize(operator, given);
  const requests = images.map((image) => {
    const size = sizeFor(operator, target, image);
    return { operator, size, region: readRegion(`${operator}: crop`, given.crop, size), resampling };
  });
  const facts = requests.map(({ region: { width, height } }, i) => {
    const { type, channels } = images[i];
    return { type, channels, width, height };
  });
  const results = imageResults(operator, facts, batched, given.out);
  const program = new ImageProgram();
  requests.forEach((request, i) => {
    const plan = planResize(images[i], request);
    program.output(appendResize(program, images[i], plan).slot, results[i].data);
  });
  return { operator, program, result: batched ? [...results] : results[0] };
}

/** @throws ArgumentError where a library has no such way. */
export function readResampling(
  operator: string,
  given: { readonly [Key in (typeof RESAMPLING_KEYS)[number]]?: unknown },
  usual: Compat = 'pil',
): Resampling {
  const interpolation = readWord(`${operator}: interpolation`, given.interpolation, INTERPOLATIONS, 'bilinear');
  const compat = readWord(`${operator}: compat`, given.compat, COMPATS, usual);
  const antialias = readFlag(`${operator}: antialias`, given.antialias, compat === 'pil');
  if (compat === 'opencv' && antialias) {
    throw new ArgumentError(`${operator}: antialias is not in OpenCV's way; interpolation 'area' comes nearest to it`);
  }
  if (compat === 'opencv' && (interpolation === 'box' || interpolation === 'hamming')) {
    throw new ArgumentError(
      `${operator}: interpolation '${interpolation}' is Pillow's; with compat 'opencv' it can be 'nearest', 'bilinear', 'bicubic', 'lanczos' or 'area'`,
    );
  }
  return { interpolation, compat, antialias };
}
