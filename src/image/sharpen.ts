import { ArgumentError } from '../errors.js';
import { readNumber, type Unchecked } from '../geometry/options.js';
import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import { LAPLACIANS, readNeighbours } from './derivatives.js';
import { planFilter } from './filter-2d.js';
import { GAUSSIAN_KEYS, type GaussianShape, gaussianReader } from './gaussian-blur.js';
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

export interface SharpenOptions extends FilterOptions {
  /** How much of the differences to the neighbours is added. Default 1. */
  readonly amount?: number | undefined;
  /** How many neighbours of a pixel count: 4 (default) or 8. */
  readonly neighbours?: 4 | 8 | undefined;
}

export interface UnsharpMaskOptions extends FilterOptions, GaussianShape {
  /** How much of what the blur takes away is added. Default 1. */
  readonly amount?: number | undefined;
  /** Smaller differences stay as they are, so that noise is not sharpened; in units of the pixels. Default 0. */
  readonly threshold?: number | undefined;
}

const SHARPEN_KEYS = [...FILTER_KEYS, 'amount', 'neighbours'] as const;
const UNSHARP_KEYS = [...FILTER_KEYS, ...GAUSSIAN_KEYS, 'amount', 'threshold'] as const;

/**
 * The image less its Laplacian: 3 × 3 weights with the sum 1, in the middle 5 (with 8 neighbours 9), around it −1.
 *
 * @throws ArgumentError
 */
export function sharpen<Input extends ImagesInput>(images: Input, options?: SharpenOptions): Filtered<Input> {
  return runImages(prepareSharpen(images, options));
}

/** `sharpen` off the event loop; errors reject the promise. */
export async function sharpenAsync<Input extends ImagesInput>(
  images: Input,
  options?: SharpenOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('sharpen', options, (given) => prepareSharpen(images, given));
}

/**
 * Sharpens by what a Gaussian blur takes away: x + amount · (x − blurred), where the difference is not below the threshold. In
 * float32 up to the end, and with the blur of `gaussianBlur`.
 *
 * @throws ShapeError, ArgumentError
 * @example
 * unsharpMask(photo, { sigma: 1.5, amount: 0.8, threshold: 3 });
 */
export function unsharpMask<Input extends ImagesInput>(images: Input, options: UnsharpMaskOptions): Filtered<Input> {
  return runImages(prepareUnsharpMask(images, options));
}

/** `unsharpMask` off the event loop; errors reject the promise. */
export async function unsharpMaskAsync<Input extends ImagesInput>(
  images: Input,
  options: UnsharpMaskOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('unsharpMask', options, (given) => prepareUnsharpMask(images, given));
}

function prepareSharpen<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'sharpen';
  const plan = (given: Unchecked<(typeof SHARPEN_KEYS)[number]>) => {
    const amount = readNumber(`${operator}: amount`, given.amount, 1);
    const laplacian = LAPLACIANS[readNeighbours(operator, given.neighbours)];
    const weights = laplacian.map((weight, i) => Number(i === 4) - amount * weight);
    return planFilter({ size: [3, 3], weights }, centred([3, 3]));
  };
  return prepareWindows({ operator, keys: SHARPEN_KEYS, plan }, images, options);
}

function prepareUnsharpMask<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'unsharpMask';
  const plan = (given: Unchecked<(typeof UNSHARP_KEYS)[number]>) => {
    const weightsFor = gaussianReader(operator, given);
    const amount = readNumber(`${operator}: amount`, given.amount, 1);
    const threshold = readNumber(`${operator}: threshold`, given.threshold, 0);
    if (threshold < 0) throw new ArgumentError(`${operator}: threshold must not be negative, but got ${threshold}`);
    return (context: WindowContext) => {
      const { program, image, x, border } = context;
      const { rows, columns } = weightsFor(image.type);
      const y = resultSlot(context);
      const geometry = windowGeometry(image, centred([rows.length, columns.length]), border);
      const operands = [x, program.input(rows), program.input(columns)];
      program.builder.step('imageSharpen', geometry, operands, [y], { scalars: [border.value, amount, threshold] });
      return y;
    };
  };
  return prepareWindows({ operator, keys: UNSHARP_KEYS, plan }, images, options);
}
