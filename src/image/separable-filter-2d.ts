import { readNumber } from '../geometry/options.js';
import type { SlotId } from '../program/step.js';
import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import {
  type Anchor,
  type FilterMode,
  type KernelValues,
  readAnchor,
  readKernelLine,
  readMode,
} from './read-kernel.js';
import {
  FILTER_KEYS,
  type Filtered,
  type FilterOptions,
  type ImagesInput,
  prepareWindows,
  resultSlot,
  type WindowContext,
  type WindowShape,
  windowGeometry,
} from './window-call.js';

export interface LinearFilterOptions extends FilterOptions {
  /** Which of the kernel's weights stands on the pixel itself. Default the middle, of an even size the one behind it. */
  readonly anchor?: Anchor | undefined;
  /** Is added to every sum. Default 0. */
  readonly delta?: number | undefined;
  /** A factor on every weight. Default 1. */
  readonly scale?: number | undefined;
  /** 'correlate' (default) lays the kernel on the image as it is, 'convolve' turned by 180°, with its anchor. */
  readonly mode?: FilterMode | undefined;
}

export const LINEAR_FILTER_KEYS = [...FILTER_KEYS, 'anchor', 'delta', 'scale', 'mode'] as const;

/**
 * Filters with the product of two kernels: `kernelY` down, then `kernelX` across; h + w weights a value instead of h · w. In
 * float32: the sums downwards are rounded, each product before it is added, and at the end to `outDtype`.
 *
 * @throws ShapeError, ArgumentError
 * @see OpenCV's `sepFilter2D`
 * @example
 * separableFilter2d(image, [-1, 0, 1], [1, 2, 1], { outDtype: 'float32' }); // Sobel's derivative along x
 */
export function separableFilter2d<Input extends ImagesInput>(
  images: Input,
  kernelX: KernelValues,
  kernelY: KernelValues,
  options?: LinearFilterOptions,
): Filtered<Input> {
  return runImages(prepare(images, kernelX, kernelY, options));
}

/** `separableFilter2d` off the event loop; errors reject the promise. */
export async function separableFilter2dAsync<Input extends ImagesInput>(
  images: Input,
  kernelX: KernelValues,
  kernelY: KernelValues,
  options?: LinearFilterOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('separableFilter2d', options, (given) => prepare(images, kernelX, kernelY, given));
}

function prepare<Input extends ImagesInput>(images: Input, kernelX: unknown, kernelY: unknown, options: unknown) {
  const operator = 'separableFilter2d';
  const plan = (given: { anchor?: unknown; delta?: unknown; scale?: unknown; mode?: unknown }) => {
    const across = readKernelLine(`${operator}: kernelX`, kernelX);
    const down = readKernelLine(`${operator}: kernelY`, kernelY);
    const shape = readAnchor(operator, given.anchor, [down.length, across.length]);
    const scale = readNumber(`${operator}: scale`, given.scale, 1);
    const delta = readNumber(`${operator}: delta`, given.delta, 0);
    const turned = readMode(operator, given.mode) === 'convolve';
    const rows = Float32Array.from(turned ? down.toReversed() : down);
    const columns = Float32Array.from(turned ? across.toReversed() : across, (weight) => weight * scale);
    return (context: WindowContext) =>
      appendSeparable(context, turned ? turnedShape(shape) : shape, { rows, columns, delta });
  };
  return prepareWindows({ operator, keys: LINEAR_FILTER_KEYS, plan }, images, options);
}

/** Of a kernel that was turned by 180°. */
export function turnedShape({ size, anchor }: WindowShape): WindowShape {
  return { size, anchor: [size[0] - 1 - anchor[0], size[1] - 1 - anchor[1]] };
}

/** Weights for each row and each column of a window. */
export interface SeparableKernel {
  readonly rows: Float32Array;
  readonly columns: Float32Array;
  readonly delta?: number;
}

export function appendSeparable(
  context: WindowContext,
  shape: WindowShape,
  { rows, columns, delta = 0 }: SeparableKernel,
): SlotId {
  const { program, image, x, border } = context;
  const y = resultSlot(context);
  const operands = [x, program.input(rows), program.input(columns)];
  const scalars = [border.value, delta];
  program.builder.step('imageSeparable', windowGeometry(image, shape, border), operands, [y], { scalars });
  return y;
}
