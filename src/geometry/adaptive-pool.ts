import { ShapeError } from '../errors.js';
import { elementCount, formatShape, type Shape } from '../shape.js';
import { type Rank, readOutputSize } from './axes.js';
import { fromChannelsFirst, type Image, imageShape, type Layout, readLayout, toChannelsFirst } from './image.js';
import type { Unchecked } from './options.js';
import type { Plan } from './plan.js';
import { readPoolImage } from './pool-setup.js';
import type { AdaptivePoolGeometry } from './records.js';
import { freezeRecord, volumeOf } from './window.js';

/** What adaptive and global pooling can be told. */
export interface AdaptivePoolGeometryOptions<R extends Rank> {
  /** Order of x's axes, and of the result's. Default 'NCHW'; 'NHWC' for images. */
  readonly layout?: (R extends 2 ? Layout : 'NCHW') | undefined;
}

/** Names of the options of adaptive average pooling and of global pooling. */
export const ADAPTIVE_AVG_POOL_KEYS = ['layout', 'out'] as const;

/** Names of the options of adaptive max pooling. */
export const ADAPTIVE_MAX_POOL_KEYS = [...ADAPTIVE_AVG_POOL_KEYS, 'returnIndices'] as const;

export type AdaptivePoolKind = 'adaptiveAvgPool' | 'adaptiveMaxPool';

/** One request to pool to a given size, before anything is checked. */
export interface AdaptivePoolRequest {
  readonly kind: AdaptivePoolKind;
  readonly operator: string;
  readonly rank: Rank;
  readonly x: Shape;
  /** One size, or one an axis; null keeps the input's. */
  readonly outputSize: unknown;
}

/**
 * Window i of an axis covers floor(i·n/out) … ceil((i+1)·n/out). Global pooling has outputSize 1.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.adaptive_avg_pool2d
 */
export function planAdaptivePool(
  request: AdaptivePoolRequest,
  options: Unchecked<'layout'> = {},
): Plan<AdaptivePoolKind> {
  const { kind, operator, rank, x } = request;
  const image = readPoolImage(operator, rank, x, options.layout);
  const output = readOutput(operator, request.outputSize, image.spatial);
  return { kind, ...resizedPlan(operator, image, output) };
}

/**
 * Refuses what no input could make right, before there is one.
 *
 * @throws ShapeError, ArgumentError
 */
export function checkAdaptivePoolOptions(
  { operator, rank, outputSize }: Pick<AdaptivePoolRequest, 'operator' | 'rank' | 'outputSize'>,
  options: Unchecked<'layout'>,
): void {
  readLayout(operator, options.layout, rank);
  readOutput(operator, outputSize, new Array<number>(rank).fill(1));
}

function readOutput(operator: string, outputSize: unknown, kept: readonly number[]): readonly number[] {
  const output = readOutputSize(`${operator}: outputSize`, outputSize, kept);
  if (output.every((size) => size >= 0)) return output;
  throw new ShapeError(
    `${operator}: elements of output_size must be greater than or equal to 0, but got outputSize ${formatShape(output)}`,
  );
}

/** The parts of a plan that maps one volume to another, channel by channel. */
export function resizedPlan(
  operator: string,
  image: Image,
  output: readonly number[],
): Pick<Plan, 'outputShape' | 'before' | 'after'> & { readonly geometry: AdaptivePoolGeometry } {
  const outputShape = imageShape(image, image.channels, output);
  elementCount(outputShape, operator);
  const [inputDepth, inputHeight, inputWidth] = volumeOf(image.spatial);
  const [outputDepth, outputHeight, outputWidth] = volumeOf(output);
  const geometry = freezeRecord(operator, {
    batch: image.batch,
    channels: image.channels,
    inputDepth,
    inputHeight,
    inputWidth,
    outputDepth,
    outputHeight,
    outputWidth,
  });
  return {
    geometry,
    outputShape,
    before: toChannelsFirst(image),
    after: fromChannelsFirst(image, image.channels, output),
  };
}
