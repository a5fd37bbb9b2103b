import { ArgumentError, ShapeError } from '../errors.js';
import { elementCount, formatExtents, formatShape, type Shape } from '../shape.js';
import { type PerAxis, type Rank, readPerAxis, readSides, type SidedPadding, type Sides } from './axes.js';
import { requireEach } from './checks.js';
import {
  fromChannelsFirst,
  type Image,
  imageShape,
  type Layout,
  readImage,
  readLayout,
  toChannelsFirst,
} from './image.js';
import { readFlag, type Unchecked } from './options.js';
import type { Plan } from './plan.js';
import type { PoolGeometry } from './records.js';
import { ceilOutputLength, freezeRecord, mapAxes, outputLength, type SlidingWindow, windowRecord } from './window.js';

/** What every sliding-window pooling can be told. */
export interface PoolWindowOptions<R extends Rank> {
  /** Step of the window. Default: the kernel size. */
  readonly stride?: PerAxis<R> | undefined;
  /** Lets a last window reach beyond the input; Caffe's pooling. Default false. */
  readonly ceilMode?: boolean | undefined;
  /** 'NHWC' has x and the output with channels last. 2-D only. */
  readonly layout?: (R extends 2 ? Layout : 'NCHW') | undefined;
}

/** Padding of a pooling window, at most half of the kernel on each side. */
export interface PoolPaddingOptions<R extends Rank> {
  /** Added around the input, at most half a window. Default 0. */
  readonly padding?: SidedPadding<R> | undefined;
}

/** Distance between the taps of a pooling window. */
export interface PoolDilationOptions<R extends Rank> {
  /** Distance of the window's elements. Default 1. */
  readonly dilation?: PerAxis<R> | undefined;
}

/** One request to pool, before anything is checked. */
export interface PoolRequest {
  readonly operator: string;
  readonly rank: Rank;
  readonly x: Shape;
  readonly kernelSize: unknown;
  /** Whether padding may exceed half of the kernel, as ONNX allows and PyTorch does not. */
  readonly anyPadding?: boolean;
}

/** A pooling request taken apart. */
export interface PoolSetup {
  readonly image: Image;
  readonly window: SlidingWindow;
  readonly geometry: PoolGeometry;
  /** Every part of the plan that all kinds of pooling share. */
  readonly edges: Pick<Plan, 'outputShape' | 'before' | 'after'>;
}

type PoolKeys = 'stride' | 'padding' | 'dilation' | 'ceilMode' | 'layout';

/** @throws ShapeError, ArgumentError */
export function readPoolSetup(request: PoolRequest, options: Unchecked<PoolKeys>): PoolSetup {
  const { operator, rank } = request;
  const image = readPoolImage(operator, rank, request.x, options.layout);
  const axes = { input: image.spatial, ...readPoolWindow(request, options) };
  const ceilMode = readFlag(`${operator}: ceilMode`, options.ceilMode, false);
  const output = mapAxes(axes, ceilMode ? ceilOutputLength : outputLength);
  checkOutput(operator, image, output);
  const outputShape = imageShape(image, image.channels, output);
  elementCount(outputShape, operator);
  const window = { ...axes, output };
  const geometry = freezeRecord(operator, {
    batch: image.batch,
    channels: image.channels,
    ...windowRecord(operator, window),
  });
  const after = fromChannelsFirst(image, image.channels, output);
  return { image, window, geometry, edges: { outputShape, before: toChannelsFirst(image), after } };
}

/**
 * The input of a pooling operator. Only the batch may be empty.
 *
 * @throws ShapeError, ArgumentError
 */
export function readPoolImage(operator: string, rank: Rank, x: Shape, layout: unknown): Image {
  const image = readImage(x, rank, readLayout(operator, layout, rank));
  if (image === undefined || image.channels === 0 || image.spatial.includes(0)) {
    throw new ShapeError(
      `${operator}: Expected ${rank + 1}D or ${rank + 2}D (batch mode) tensor with optional 0 dim batch size for ` +
        `input, but got: ${formatShape(x)}`,
    );
  }
  return image;
}

/**
 * Refuses what no input could make right, before there is one.
 *
 * @throws ShapeError, ArgumentError
 */
export function checkPoolOptions(request: Omit<PoolRequest, 'x'>, options: Unchecked<PoolKeys>): void {
  const { operator, rank } = request;
  readLayout(operator, options.layout, rank);
  readPoolWindow(request, options);
  readFlag(`${operator}: ceilMode`, options.ceilMode, false);
}

type WindowWithoutInput = Omit<SlidingWindow, 'input' | 'output'>;

/** Kernel, stride, padding and dilation, each checked. */
export function readPoolWindow(request: Omit<PoolRequest, 'x'>, options: Unchecked<PoolKeys>): WindowWithoutInput {
  const { operator, rank } = request;
  const kernel = readPerAxis(`${operator}: kernelSize`, request.kernelSize, rank);
  const stride = readPerAxis(`${operator}: stride`, options.stride, rank, kernel);
  const dilation = readPerAxis(`${operator}: dilation`, options.dilation, rank, 1);
  const padding = readPoolPadding(operator, rank, options.padding);
  requireEach(operator, 'kernel size', kernel, (k) => k > 0 || 'kernel size should be greater than zero');
  requireEach(operator, 'stride', stride, (s) => s > 0 || strideFault(s));
  requireEach(operator, 'dilation', dilation, (d) => d > 0 || 'dilation should be greater than zero');
  requireEach(operator, 'padding', padding.flat(), (p) => p >= 0 || 'pad must be non-negative');
  if (!request.anyPadding) requireHalfKernel(operator, kernel, padding);
  return { kernel, stride, dilation, padding };
}

function requireHalfKernel(operator: string, kernel: readonly number[], padding: readonly Sides[]): void {
  padding.forEach((sides, axis) => {
    if (Math.max(...sides) > Math.floor(kernel[axis] / 2)) {
      throw new ShapeError(
        `${operator}: pad should be at most half of kernel size, but got padding ${JSON.stringify(padding)} ` +
          `for kernel size ${formatShape(kernel)}`,
      );
    }
  });
}

function strideFault(stride: number): string {
  return stride === 0 ? 'stride should not be zero' : 'stride should be greater than zero';
}

function readPoolPadding(operator: string, rank: Rank, value: unknown) {
  if (typeof value === 'string') {
    throw new ArgumentError(
      `${operator}: padding of a pooling window must be numbers, but got ${JSON.stringify(value)}`,
    );
  }
  return readSides(`${operator}: padding`, value, rank);
}

function checkOutput(operator: string, { channels, spatial }: Image, output: readonly number[]): void {
  if (output.every((length) => length > 0)) return;
  throw new ShapeError(
    `${operator}: Given input size: ${formatExtents([channels, ...spatial], 'x')}. Calculated output size: ` +
      `${formatExtents([channels, ...output], 'x')}. Output size is too small`,
  );
}
