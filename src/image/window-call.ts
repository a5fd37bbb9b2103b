import { readOptions, readWord, type Unchecked } from '../geometry/options.js';
import type { ImageWindowGeometry } from '../geometry/records.js';
import type { SlotId } from '../program/step.js';
import { BORDER_KEYS, type BorderOptions, type BorderRecord, readBorder } from './border.js';
import type { ImageCall } from './call.js';
import type { Image, ImageLike } from './image.js';
import { ImageProgram } from './image-program.js';
import { PIXEL_TYPES, type PixelArray, type PixelType } from './pixel-type.js';
import { type Pixels, RAW_IMAGE_KEYS, type RawImageOptions, readImages } from './read-image.js';
import { imageResults } from './results.js';

/** One image, or the bare values of one, which options describe. */
export type ImageInput = ImageLike | PixelArray;

/** An array of images is filtered together, in one go. */
export type ImagesInput = ImageInput | readonly ImageInput[];

/** As many images as were given, of the same sizes. */
export type Filtered<Input extends ImagesInput> = Input extends readonly unknown[] ? Image[] : Image;

/** What every function that looks at the surroundings of a pixel takes. */
export interface WindowOptions extends RawImageOptions, BorderOptions {
  /** Receives the result: an Image of its size and type, or for an array of images an array of them. */
  readonly out?: Image | readonly Image[] | null | undefined;
}

/** Of those whose result may be of another type. */
export interface FilterOptions extends WindowOptions {
  /**
   * What the result's values shall be. Whole numbers are rounded, halves to even, and saturate: a negative one becomes 0, so
   * that 'float32' is the type for differences.
   */
  readonly outDtype?: PixelType | undefined;
}

export const WINDOW_KEYS = [...RAW_IMAGE_KEYS, ...BORDER_KEYS, 'out'] as const;
export const FILTER_KEYS = [...WINDOW_KEYS, 'outDtype'] as const;

/** Where a step is to be appended: an image's slot, what is known of it, and what was asked for. */
export interface WindowContext {
  readonly program: ImageProgram;
  readonly image: Pixels;
  readonly x: SlotId;
  readonly border: BorderRecord;
  /** Of the result. */
  readonly type: PixelType;
}

/** Of a window, rows first. */
export interface WindowShape {
  readonly size: readonly [height: number, width: number];
  readonly anchor: readonly [y: number, x: number];
}

/** Options that are checked for unknown names, and one more function of them: what to append for an image. */
export interface WindowRequest<Key extends string> {
  readonly operator: string;
  readonly keys: readonly Key[];
  /** Reads the function's own options; what it gives appends the steps for an image, whose result it names. */
  readonly plan: (options: Unchecked<Key>) => (context: WindowContext) => SlotId;
  /** What `outDtype` means where it is left out; the image's own type if undefined. */
  readonly defaultType?: PixelType;
}

/** Reads images and options, and builds one program for all images. */
export function prepareWindows<Input extends ImagesInput, Key extends string>(
  { operator, keys, plan, defaultType }: WindowRequest<Key>,
  images: Input,
  options: unknown,
): ImageCall<Filtered<Input>> {
  const given = readOptions(operator, options, keys);
  const all = given as Unchecked<(typeof FILTER_KEYS)[number]>;
  const list = readImages(operator, images, all);
  const border = readBorder(operator, all);
  const append = plan(given);
  const wanted = list.images.map(({ width, height, channels, type: own }) => ({
    type: readWord(`${operator}: outDtype`, all.outDtype, PIXEL_TYPES, defaultType ?? own),
    width,
    height,
    channels,
  }));
  const results = imageResults(operator, wanted, list.batched, all.out);
  const program = new ImageProgram();
  list.images.forEach((image, i) => {
    const x = program.input(image.data);
    program.output(append({ program, image, x, border, type: wanted[i].type }), results[i].data);
  });
  return { operator, program, result: (list.batched ? [...results] : results[0]) as Filtered<Input> };
}

export function windowGeometry(
  image: Pixels,
  { size, anchor }: WindowShape,
  border: BorderRecord,
): ImageWindowGeometry {
  return Object.freeze({
    height: image.height,
    width: image.width,
    channels: image.channels,
    rowStride: image.rowStride,
    kernelHeight: size[0],
    kernelWidth: size[1],
    anchorY: anchor[0],
    anchorX: anchor[1],
    border: border.mode,
  });
}

/** A new slot for an image of the same size. */
export function resultSlot({ program, image, type }: WindowContext): SlotId {
  return program.builder.slot(image.height * image.width * image.channels, type);
}

/** A window of that size whose middle, or what is right and below of it, stands on the pixel. */
export function centred(size: readonly [number, number]): WindowShape {
  return { size, anchor: [Math.floor(size[0] / 2), Math.floor(size[1] / 2)] };
}
