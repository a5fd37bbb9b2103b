import type { Unchecked } from '../geometry/options.js';
import type { SlotId } from '../program/step.js';
import { borderPixel } from './border.js';
import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import { type KernelSize, readKernelSize } from './kernel-size.js';
import { FULL_SCALE } from './pixel-type.js';
import { appendSeparable } from './separable-filter-2d.js';
import {
  centred,
  FILTER_KEYS,
  type Filtered,
  type FilterOptions,
  type ImagesInput,
  prepareWindows,
  resultSlot,
  type WindowContext,
  windowGeometry,
} from './window-call.js';

export interface BoxBlurOptions extends FilterOptions {
  /** Rows and columns of the window: one number, or [height, width]. Default 3. */
  readonly kernelSize?: KernelSize | undefined;
}

const KEYS = [...FILTER_KEYS, 'kernelSize'] as const;

/**
 * The mean of a rectangle around each pixel. Whole numbers that stay what they are get the exact mean, rounded, halves up, by sums
 * that move along, so that a large window costs no more than a small one. float32 images, other results, and windows whose sum
 * could reach 2^31 take float32 arithmetic, as `separableFilter2d` does.
 *
 * @throws ShapeError, ArgumentError
 * @see OpenCV's `blur`; scipy.ndimage's `uniform_filter`
 * @example
 * boxBlur(image, { kernelSize: 15 });
 */
export function boxBlur<Input extends ImagesInput>(images: Input, options?: BoxBlurOptions): Filtered<Input> {
  return runImages(prepareBoxBlur(images, options));
}

/** `boxBlur` off the event loop; errors reject the promise. */
export async function boxBlurAsync<Input extends ImagesInput>(
  images: Input,
  options?: BoxBlurOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('boxBlur', options, (given) => prepareBoxBlur(images, given));
}

function prepareBoxBlur<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'boxBlur';
  const plan = (given: Unchecked<'kernelSize'>) =>
    planBox(readKernelSize(`${operator}: kernelSize`, given.kernelSize, 3));
  return prepareWindows({ operator, keys: KEYS, plan }, images, options);
}

/** The means of windows of that size. */
export function planBox(size: readonly [number, number]): (context: WindowContext) => SlotId {
  const [height, width] = size;
  const rows = new Float32Array(height).fill(1 / height);
  const columns = new Float32Array(width).fill(1 / width);
  return (context) => {
    const { program, image, x, border, type } = context;
    if (!hasExactSums(context, height * width)) return appendSeparable(context, centred(size), { rows, columns });
    const y = resultSlot(context);
    const scalars = [borderPixel(border, type)];
    program.builder.step('imageBox', windowGeometry(image, centred(size), border), [x], [y], { scalars });
    return y;
  };
}

/** Whether a window's sum, and half its area, which is added for rounding, stay below 2^31. */
function hasExactSums({ image, type }: WindowContext, area: number): boolean {
  if (image.type !== type || type === 'float32') return false;
  return area * FULL_SCALE[type] + Math.floor(area / 2) < 2 ** 31;
}
