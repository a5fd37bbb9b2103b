import { readOptions } from '../geometry/options.js';
import { type AsyncOptions, type ImageCall, runImages, runImagesAsync } from './call.js';
import { type CropSize, type Placement, placeCentre, readCentre } from './centre.js';
import type { Image, ImageLike } from './image.js';
import { ImageProgram } from './image-program.js';
import { appendPad, inputPixels, NO_MARGINS } from './pixel-slot.js';
import { type Pixels, readSizedImages } from './read-image.js';
import { type Region, readRegion } from './region.js';
import { imageResults } from './results.js';

/** Which part of an image to take. */
export interface CropOptions {
  /** Receives the result: an Image of its size, or for a batch an array of them. */
  readonly out?: Image | readonly Image[] | null | undefined;
}

/**
 * A part of each image, copied.
 *
 * @throws ShapeError where the region is not inside the image; ArgumentError
 */
export function crop(image: ImageLike, region: Region, options?: CropOptions): Image;
export function crop(images: readonly ImageLike[], region: Region, options?: CropOptions): Image[];
export function crop(images: ImageLike | readonly ImageLike[], region: Region, options?: CropOptions): Image | Image[] {
  return runImages(prepareCrop(images, region, options));
}

/** `crop` off the event loop; errors reject the promise. */
export function cropAsync(image: ImageLike, region: Region, options?: CropOptions & AsyncOptions): Promise<Image>;
export function cropAsync(
  images: readonly ImageLike[],
  region: Region,
  options?: CropOptions & AsyncOptions,
): Promise<Image[]>;
export async function cropAsync(
  images: ImageLike | readonly ImageLike[],
  region: Region,
  options?: CropOptions & AsyncOptions,
): Promise<Image | Image[]> {
  return runImagesAsync('crop', options, (given) => prepareCrop(images, region, given));
}

/**
 * The centre of each image; where an image is smaller, 0 around it. As torchvision's `center_crop` rounds, or transformers'.
 *
 * @throws ShapeError, ArgumentError
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.center_crop.html
 */
export function centerCrop(image: ImageLike, size: CropSize, options?: CropOptions): Image;
export function centerCrop(images: readonly ImageLike[], size: CropSize, options?: CropOptions): Image[];
export function centerCrop(
  images: ImageLike | readonly ImageLike[],
  size: CropSize,
  options?: CropOptions,
): Image | Image[] {
  return runImages(prepareCenterCrop(images, size, options));
}

/** `centerCrop` off the event loop; errors reject the promise. */
export function centerCropAsync(image: ImageLike, size: CropSize, options?: CropOptions & AsyncOptions): Promise<Image>;
export function centerCropAsync(
  images: readonly ImageLike[],
  size: CropSize,
  options?: CropOptions & AsyncOptions,
): Promise<Image[]>;
export async function centerCropAsync(
  images: ImageLike | readonly ImageLike[],
  size: CropSize,
  options?: CropOptions & AsyncOptions,
): Promise<Image | Image[]> {
  return runImagesAsync('centerCrop', options, (given) => prepareCenterCrop(images, size, given));
}

function prepareCrop(value: unknown, region: unknown, options: unknown): ImageCall<Image | Image[]> {
  const operator = 'crop';
  return prepare(operator, value, options, (image) => ({
    region: readRegion(`${operator}: region`, region ?? {}, image),
    margins: NO_MARGINS,
  }));
}

function prepareCenterCrop(value: unknown, size: unknown, options: unknown): ImageCall<Image | Image[]> {
  const operator = 'centerCrop';
  const centre = readCentre(`${operator}: size`, size);
  return prepare(operator, value, options, (image) => placeCentre(centre, image));
}

function prepare(
  operator: string,
  value: unknown,
  options: unknown,
  place: (image: Pixels) => Placement,
): ImageCall<Image | Image[]> {
  const given = readOptions(operator, options, ['out'] as const);
  const { images, batched } = readSizedImages(operator, value);
  const placements = images.map(place);
  const facts = placements.map(({ region, margins }, i) => ({
    type: images[i].type,
    channels: images[i].channels,
    width: region.width + margins.left + margins.right,
    height: region.height + margins.top + margins.bottom,
  }));
  const results = imageResults(operator, facts, batched, given.out);
  const program = new ImageProgram();
  placements.forEach(({ region, margins }, i) => {
    const x = inputPixels(program, images[i], region);
    const filling = { mode: 'constant', value: new Float32Array(x.channels) } as const;
    program.output(appendPad(operator, program, x, margins, filling).slot, results[i].data);
  });
  return { operator, program, result: batched ? [...results] : results[0] };
}
