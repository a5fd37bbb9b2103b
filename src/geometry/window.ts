import { ShapeError } from '../errors.js';
import { formatShape, MAX_ELEMENTS } from '../shape.js';
import type { Sides } from './axes.js';
import type { Window } from './records.js';

/** A window sliding over the spatial axes, one entry an axis, outermost first. */
export interface SlidingWindow {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly Sides[];
}

/** Number of input positions from a window's first tap to its last: dilation·(k − 1) + 1. */
export function windowExtent(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** One axis of a sliding window without its output length. */
export interface AxisWindow {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Sides;
}

/** floor((n + padBefore + padAfter − dilation·(k − 1) − 1) / stride) + 1, at most 0 where no window fits. */
export function outputLength({ input, kernel, stride, dilation, padding: [before, after] }: AxisWindow): number {
  return Math.floor((input + before + after - windowExtent(kernel, dilation)) / stride) + 1;
}

/**
 * The same with ceil, and without windows that would start in the padding after the input.
 *
 * @see torch.nn.MaxPool2d, `ceil_mode`
 */
export function ceilOutputLength(axis: AxisWindow): number {
  const { input, kernel, stride, dilation, padding } = axis;
  const [before, after] = padding;
  const length = Math.ceil((input + before + after - windowExtent(kernel, dilation)) / stride) + 1;
  return Math.min(length, Math.ceil((input + before) / stride));
}

/** The axes of a window one by one, for the formulas above. */
export function mapAxes<T>(window: Omit<SlidingWindow, 'output'>, each: (axis: AxisWindow) => T): T[] {
  const { kernel, stride, dilation, padding } = window;
  return window.input.map((input, i) =>
    each({ input, kernel: kernel[i], stride: stride[i], dilation: dilation[i], padding: padding[i] }),
  );
}

/**
 * The window's record: axes that the operator lacks get extent 1 and no padding.
 *
 * @param positions How many places the window takes on each axis.
 * @throws ShapeError where a position on the padded input would not fit 32 bits.
 */
export function windowRecord(operator: string, window: SlidingWindow, positions = window.output): Window {
  checkExtents(operator, window, positions);
  const [inputDepth, inputHeight, inputWidth] = volumeOf(window.input);
  const [outputDepth, outputHeight, outputWidth] = volumeOf(window.output);
  const [kernelDepth, kernelHeight, kernelWidth] = volumeOf(window.kernel);
  const [strideDepth, strideHeight, strideWidth] = volumeOf(window.stride);
  const [dilationDepth, dilationHeight, dilationWidth] = volumeOf(window.dilation);
  return {
    inputDepth,
    inputHeight,
    inputWidth,
    outputDepth,
    outputHeight,
    outputWidth,
    kernelDepth,
    kernelHeight,
    kernelWidth,
    strideDepth,
    strideHeight,
    strideWidth,
    dilationDepth,
    dilationHeight,
    dilationWidth,
    ...paddingRecord(window.padding),
  };
}

/** [d, h, w] of an operator with fewer axes: those that it lacks have `missing`. */
export function volumeOf(values: readonly number[], missing = 1): readonly [number, number, number] {
  const [a, b, c] = values;
  if (values.length === 1) return [missing, missing, a];
  return values.length === 2 ? [missing, a, b] : [a, b, c];
}

/** The six sides of a volume; axes that the operator lacks have no padding. */
export function paddingRecord(padding: readonly Sides[]) {
  const before = padding.map((sides) => sides[0]);
  const after = padding.map((sides) => sides[1]);
  const [padFront, padTop, padLeft] = volumeOf(before, 0);
  const [padBack, padBottom, padRight] = volumeOf(after, 0);
  return { padFront, padBack, padTop, padBottom, padLeft, padRight };
}

function checkExtents(operator: string, window: SlidingWindow, positions: readonly number[]): void {
  const { input, kernel, stride, dilation, padding } = window;
  const fits = input.every((n, i) => {
    const padded = n + padding[i][0] + padding[i][1];
    const reach = (Math.max(positions[i], 1) - 1) * stride[i] + windowExtent(kernel[i], dilation[i]);
    return padded <= MAX_ELEMENTS && reach <= MAX_ELEMENTS;
  });
  if (!fits) {
    throw new ShapeError(
      `${operator}: input ${formatShape(input)} with padding ${JSON.stringify(padding)}, kernel size ` +
        `${formatShape(kernel)} and dilation ${formatShape(dilation)} reaches beyond 2^31 - 1 positions on an axis`,
    );
  }
}

/**
 * Freezes a geometry record.
 *
 * @throws ShapeError where a value does not fit the native core's 32-bit integers.
 */
export function freezeRecord<T extends Readonly<Record<string, number>>>(operator: string, record: T): T {
  for (const field of Object.keys(record)) {
    const value = record[field];
    if (!Number.isInteger(value) || Math.abs(value) > MAX_ELEMENTS) {
      throw new ShapeError(`${operator}: ${field} would be ${value}, but must be an integer within 2^31 - 1`);
    }
  }
  return Object.freeze(record);
}
