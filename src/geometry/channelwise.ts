import { ArgumentError, ShapeError } from '../errors.js';
import type { ActivationRecord } from '../program/step.js';
import { formatShape, type Shape, sameShape } from '../shape.js';
import { type Rank, readInteger } from './axes.js';
import { checkSlope } from './checks.js';
import { type Layout, readImage, readLayout } from './image.js';
import { readNumber, type Unchecked } from './options.js';
import type { Plan } from './plan.js';
import type { ChannelGeometry } from './records.js';
import { freezeRecord } from './window.js';

/** What batch normalisation can be told besides its tensors. */
export interface BatchNormGeometryOptions<R extends Rank> {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number | undefined;
  /** Order of x's axes, and of the result's. Default 'NCHW'; 'NHWC' for images. */
  readonly layout?: (R extends 2 ? Layout : 'NCHW') | undefined;
}

/** Names of the options of batch normalisation, tensors included. */
export const BATCH_NORM_KEYS = ['weight', 'bias', 'eps', 'layout', 'out'] as const;

/** Shapes of a batch normalisation's operands. */
export interface BatchNormShapes {
  readonly x: Shape;
  readonly mean: Shape;
  readonly variance: Shape;
  readonly weight?: Shape | undefined;
  readonly bias?: Shape | undefined;
}

/**
 * y = (x − mean) / sqrt(variance + eps) · weight + bias, with one of each a channel.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.batch_norm
 */
export function planBatchNorm(
  operator: string,
  rank: Rank,
  shapes: BatchNormShapes,
  options: Unchecked<keyof BatchNormGeometryOptions<Rank>> = {},
): Plan<'batchNorm'> {
  const layout = readLayout(operator, options.layout, rank);
  const { x, ...perChannel } = shapes;
  const geometry = normGeometry(operator, rank, x, layout);
  for (const [name, shape] of Object.entries(perChannel)) {
    if (shape !== undefined && !sameShape(shape, [geometry.channels])) {
      throw new ShapeError(
        `${operator}: ${name} should contain ${geometry.channels} elements, one a channel of the input of size ` +
          `${formatShape(x)}, but got size ${formatShape(shape)}`,
      );
    }
  }
  const eps = readEps(operator, options.eps);
  return { kind: 'batchNorm', geometry, outputShape: x, scalars: [eps] };
}

/**
 * Refuses options that no input could make right.
 *
 * @throws ArgumentError
 */
export function checkBatchNormOptions(
  operator: string,
  rank: Rank,
  options: Unchecked<keyof BatchNormGeometryOptions<Rank>>,
): void {
  readLayout(operator, options.layout, rank);
  readEps(operator, options.eps);
}

function readEps(operator: string, value: unknown): number {
  const eps = readNumber(`${operator}: eps`, value, 1e-5);
  if (eps >= 0 && eps < Number.POSITIVE_INFINITY) return eps;
  throw new ArgumentError(`${operator}: eps must be a finite number of at least 0, but got ${eps}`);
}

/** Channels last is [N·H·W, C, 1], so that no transposition is needed. A 2-D input of batchNorm1d is [N, C]. */
function normGeometry(operator: string, rank: Rank, x: Shape, layout: Layout): ChannelGeometry {
  const image = rank === 1 && x.length === 2 ? readImage([...x, 1], 1, layout) : readImage(x, rank, layout);
  if (image === undefined) {
    throw new ShapeError(
      `${operator}: expected ${rank + 1}D or ${rank + 2}D input (got ${x.length}D input of size ${formatShape(x)})`,
    );
  }
  const { batch, channels, spatial } = image;
  const volume = productOf(spatial);
  const [outer, inner] = layout === 'NCHW' ? [batch, volume] : [batch * volume, 1];
  return freezeRecord(operator, { outer, channels, inner });
}

/** What a standalone activation can be told. */
export const ACTIVATE_KEYS = ['out'] as const;

/**
 * An activation of its own; a prelu's channels are axis 1, or the only axis' elements share one slope.
 *
 * @throws ShapeError
 * @see torch.nn.functional.prelu
 */
export function planActivation(
  operator: string,
  x: Shape,
  activation: ActivationRecord,
  slope?: Shape,
): Plan<'activation'> {
  const channels = x.length < 2 ? 1 : x[1];
  if (slope !== undefined) checkSlope(operator, slope, channels);
  const [outer, inner] = x.length < 2 ? [1, productOf(x)] : [x[0], productOf(x.slice(2))];
  return {
    kind: 'activation',
    geometry: freezeRecord(operator, { outer, channels, inner }),
    outputShape: x,
    activation,
  };
}

/** Names of the options of softmax. */
export const SOFTMAX_KEYS = ['out'] as const;

/**
 * exp(x) / Σ exp(x) along an axis; negative axes count from the end.
 *
 * @throws ShapeError where there is no such axis.
 * @see torch.nn.functional.softmax
 */
export function planSoftmax(operator: string, x: Shape, axis: unknown = -1): Plan<'softmax'> {
  const given = readInteger(`${operator}: axis`, axis);
  const rank = Math.max(x.length, 1); // a tensor without axes counts as one element
  if (given < -rank || given >= rank) {
    throw new ShapeError(
      `${operator}: axis out of range (expected to be in range of [${-rank}, ${rank - 1}], but got ${given})`,
    );
  }
  const at = given < 0 ? given + rank : given;
  const geometry = freezeRecord(operator, {
    outer: productOf(x.slice(0, at)),
    length: x[at] ?? 1,
    inner: productOf(x.slice(at + 1)),
  });
  return { kind: 'softmax', geometry, outputShape: x };
}

function productOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}
