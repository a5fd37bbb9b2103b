import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import { type MorphologyOptions, prepareMorphology } from './prepare-morphology.js';
import type { Filtered, ImagesInput } from './window-call.js';

/**
 * The smallest value of the window around each pixel, channel by channel: bright parts shrink. With a rectangle of odd size, edges
 * that reflect or repeat bring in no value that is not in the window anyway.
 *
 * @throws ShapeError, ArgumentError
 * @see OpenCV's `erode`; scipy.ndimage's `grey_erosion`
 * @example
 * erode(image, { mask: [[0, 1, 0], [1, 1, 1], [0, 1, 0]] });
 */
export function erode<Input extends ImagesInput>(images: Input, options?: MorphologyOptions): Filtered<Input> {
  return runImages(prepareErode(images, options));
}

/** `erode` off the event loop; errors reject the promise. */
export async function erodeAsync<Input extends ImagesInput>(
  images: Input,
  options?: MorphologyOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('erode', options, (given) => prepareErode(images, given));
}

function prepareErode<Input extends ImagesInput>(images: Input, options: unknown) {
  return prepareMorphology('erode', ['imageErode'], images, options);
}

/**
 * The largest value of the window around each pixel, channel by channel: bright parts grow. The mask is laid on the image as it is,
 * not turned.
 *
 * @throws ShapeError, ArgumentError
 * @see OpenCV's `dilate`
 */
export function dilate<Input extends ImagesInput>(images: Input, options?: MorphologyOptions): Filtered<Input> {
  return runImages(prepareDilate(images, options));
}

/** `dilate` off the event loop; errors reject the promise. */
export async function dilateAsync<Input extends ImagesInput>(
  images: Input,
  options?: MorphologyOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('dilate', options, (given) => prepareDilate(images, given));
}

function prepareDilate<Input extends ImagesInput>(images: Input, options: unknown) {
  return prepareMorphology('dilate', ['imageDilate'], images, options);
}

/**
 * `erode`, then `dilate` with the mask turned by 180°: takes away bright parts in which the window has no room. With
 * iterations, each of them so often.
 *
 * @throws ShapeError, ArgumentError
 * @see OpenCV's `morphologyEx` with `MORPH_OPEN`; scipy.ndimage's `grey_opening`
 */
export function open<Input extends ImagesInput>(images: Input, options?: MorphologyOptions): Filtered<Input> {
  return runImages(prepareOpen(images, options));
}

/** `open` off the event loop; errors reject the promise. */
export async function openAsync<Input extends ImagesInput>(
  images: Input,
  options?: MorphologyOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('open', options, (given) => prepareOpen(images, given));
}

function prepareOpen<Input extends ImagesInput>(images: Input, options: unknown) {
  return prepareMorphology('open', ['imageErode', 'imageDilate'], images, options);
}

/**
 * `dilate`, then `erode` with the mask turned by 180°: fills dark gaps in which the window has no room.
 *
 * @throws ShapeError, ArgumentError
 * @see OpenCV's `morphologyEx` with `MORPH_CLOSE`; scipy.ndimage's `grey_closing`
 */
export function close<Input extends ImagesInput>(images: Input, options?: MorphologyOptions): Filtered<Input> {
  return runImages(prepareClose(images, options));
}

/** `close` off the event loop; errors reject the promise. */
export async function closeAsync<Input extends ImagesInput>(
  images: Input,
  options?: MorphologyOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('close', options, (given) => prepareClose(images, given));
}

function prepareClose<Input extends ImagesInput>(images: Input, options: unknown) {
  return prepareMorphology('close', ['imageDilate', 'imageErode'], images, options);
}
