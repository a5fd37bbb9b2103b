import { readNumber } from '../geometry/options.js';
import type { SlotId } from '../program/step.js';
import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import { appendConvolution, suitsConvolution } from './large-filter.js';
import { type Kernel, type KernelRows, readAnchor, readKernel, readMode } from './read-kernel.js';
import { appendSeparable, LINEAR_FILTER_KEYS, type LinearFilterOptions, turnedShape } from './separable-filter-2d.js';
import { splitKernel } from './split-kernel.js';
import {
  type Filtered,
  type ImagesInput,
  prepareWindows,
  resultSlot,
  type WindowContext,
  type WindowShape,
  windowGeometry,
} from './window-call.js';

/**
 * Filters with any kernel: y = delta + scale · Σ weight · x over the window around each pixel, channel by channel. In float32:
 * row by row and in each row from the left, each product rounded before it is added; at the end to `outDtype`.
 *
 * Weights of 0 take no part: a NaN under one of them stays where it is. Kernels of 5 × 5 and larger that are a column times a row, to float32's precision, are split as `separableFilter2d` does, which
 * rounds in another order: within some 10^-6 of the sum of |weight · x|. Others of 289 weights and more become a convolution of
 * planes, as a rule by FFT: within some 10^-6 of the sum of |weight| times the largest |x| nearby, and a NaN or an infinity may
 * spread that far.
 *
 * @param kernel Rows of weights, of any size, even ones too; or a tensor [height, width].
 * @throws ShapeError, ArgumentError
 * @see OpenCV's `filter2D` and scipy.ndimage's `correlate` (and with mode 'convolve' its `convolve`)
 * @example
 * filter2d(image, [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]); // sharpens
 */
export function filter2d<Input extends ImagesInput>(
  images: Input,
  kernel: Kernel,
  options?: LinearFilterOptions,
): Filtered<Input> {
  return runImages(prepare(images, kernel, options));
}

/** `filter2d` off the event loop; errors reject the promise. */
export async function filter2dAsync<Input extends ImagesInput>(
  images: Input,
  kernel: Kernel,
  options?: LinearFilterOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('filter2d', options, (given) => prepare(images, kernel, given));
}

function prepare<Input extends ImagesInput>(images: Input, kernel: unknown, options: unknown) {
  const operator = 'filter2d';
  const plan = (given: { anchor?: unknown; delta?: unknown; scale?: unknown; mode?: unknown }) => {
    const { size, weights } = readKernel(`${operator}: kernel`, kernel);
    const shape = readAnchor(operator, given.anchor, size);
    const scale = readNumber(`${operator}: scale`, given.scale, 1);
    const delta = readNumber(`${operator}: delta`, given.delta, 0);
    const turned = readMode(operator, given.mode) === 'convolve';
    const scaled = weights.map((weight) => weight * scale);
    return planFilter(
      { size, weights: turned ? scaled.toReversed() : scaled },
      turned ? turnedShape(shape) : shape,
      delta,
    );
  };
  return prepareWindows({ operator, keys: LINEAR_FILTER_KEYS, plan }, images, options);
}

/** Chooses how a kernel is applied. */
export function planFilter(kernel: KernelRows, shape: WindowShape, delta = 0): (context: WindowContext) => SlotId {
  const split = splitKernel(kernel);
  if (split !== undefined) return (context) => appendSeparable(context, shape, { ...split, delta });
  const weights = Float32Array.from(kernel.weights);
  return (context) => {
    if (suitsConvolution(context, shape)) return appendConvolution(context, shape, { weights, delta });
    const { program, image, x, border } = context;
    const y = resultSlot(context);
    const scalars = [border.value, delta];
    const geometry = windowGeometry(image, shape, border);
    program.builder.step('imageFilter', geometry, [x, program.input(weights)], [y], { scalars });
    return y;
  };
}
