import { ArgumentError, ShapeError } from '../errors.js';
import { formatShape, type Shape } from '../shape.js';
import { type Padding, type PerAxis, type Rank, readInteger, readPerAxis, readSides, type Sides } from './axes.js';
import { type FusedShapes, requireEach } from './checks.js';
import { checkSpace, expectedAxes, type Image, type Layout, readImage, readLayout } from './image.js';
import type { Unchecked } from './options.js';
import { mapAxes, windowExtent } from './window.js';

/** What every convolution, transposed or not, can be told about its window. */
export interface ConvWindowOptions<R extends Rank> {
  /** Step of the window; one number or one an axis. Default 1. */
  readonly stride?: PerAxis<R> | undefined;
  /** Zeros around the input; 'same' puts the odd one at the bottom and the right. Default 0. */
  readonly padding?: Padding<R> | undefined;
  /** Distance between the taps of the kernel. Default 1. */
  readonly dilation?: PerAxis<R> | undefined;
  /** Channels are split into so many independent convolutions. Default 1. */
  readonly groups?: number | undefined;
  /** 'NHWC' has x, residual and the output with channels last; the weight stays. 2-D only. */
  readonly layout?: (R extends 2 ? Layout : 'NCHW') | undefined;
}

/** Options and shapes that convolutions of both kinds read alike. */
export interface ConvSetup {
  readonly image: Image;
  readonly groups: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly Sides[];
}

type WindowKeys = 'stride' | 'padding' | 'dilation' | 'groups' | 'layout';

/** @throws ShapeError, ArgumentError */
export function readConvSetup(
  operator: string,
  rank: Rank,
  shapes: FusedShapes,
  options: Unchecked<WindowKeys>,
): ConvSetup {
  const { groups, stride, dilation } = readSteps(operator, rank, options);
  const image = readImage(shapes.x, rank, readLayout(operator, options.layout, rank));
  if (image === undefined) {
    throw new ShapeError(
      `${operator}: ${expectedAxes(operator, rank)}, but got input of size: ${formatShape(shapes.x)}`,
    );
  }
  const kernel = readWeight(operator, rank, shapes.weight, groups);
  const padding = readPadding(operator, options.padding, { kernel, stride, dilation });
  checkSpace(operator, image);
  return { image, groups, kernel, stride, dilation, padding };
}

/**
 * What of a setup needs no input: layers are constructed before they see one, and a wrong option is found there.
 *
 * @throws ShapeError, ArgumentError
 */
export function readConvWindow(
  operator: string,
  kernel: readonly number[],
  options: Unchecked<WindowKeys>,
): Omit<ConvSetup, 'image'> {
  const rank = kernel.length as Rank;
  const { groups, stride, dilation } = readSteps(operator, rank, options);
  readLayout(operator, options.layout, rank);
  const padding = readPadding(operator, options.padding, { kernel, stride, dilation });
  return { groups, kernel, stride, dilation, padding };
}

function readSteps(
  operator: string,
  rank: Rank,
  options: Unchecked<WindowKeys>,
): Pick<ConvSetup, 'groups' | 'stride' | 'dilation'> {
  const groups = readGroups(operator, options.groups);
  const stride = readPerAxis(`${operator}: stride`, options.stride, rank, 1);
  const dilation = readPerAxis(`${operator}: dilation`, options.dilation, rank, 1);
  requireEach(operator, 'stride', stride, (s) => s > 0 || 'non-positive stride is not supported');
  requireEach(operator, 'dilation', dilation, (d) => d > 0 || 'dilation should be greater than zero');
  return { groups, stride, dilation };
}

/** @throws ShapeError */
export function readGroups(operator: string, value: unknown): number {
  const groups = value === undefined ? 1 : readInteger(`${operator}: groups must be a positive integer; groups`, value);
  if (groups <= 0) throw new ShapeError(`${operator}: groups must be a positive integer, but got ${groups}`);
  return groups;
}

function readWeight(operator: string, rank: Rank, weight: Shape, groups: number): readonly number[] {
  if (weight.length !== rank + 2) {
    throw new ShapeError(
      `${operator}: weight must be ${rank + 2}-dimensional, but got weight of size ${formatShape(weight)}`,
    );
  }
  const given = `Given groups=${groups}, expected weight to be`;
  if (weight[0] < groups) {
    throw new ShapeError(
      `${operator}: ${given} at least ${groups} at dimension 0, but got weight of size ${formatShape(weight)} instead`,
    );
  }
  if (weight[0] % groups !== 0) {
    throw new ShapeError(
      `${operator}: ${given} divisible by ${groups} at dimension 0, but got weight of size ${formatShape(weight)} instead`,
    );
  }
  const kernel = weight.slice(2);
  requireEach(operator, 'kernel size', kernel, (k) => k > 0 || 'kernel size should be greater than zero');
  return kernel;
}

function readPadding(
  operator: string,
  value: unknown,
  { kernel, stride, dilation }: Pick<ConvSetup, 'kernel' | 'stride' | 'dilation'>,
): readonly Sides[] {
  const rank = kernel.length as Rank;
  if (value === 'valid') return readSides(`${operator}: padding`, 0, rank);
  if (value === 'same') {
    if (stride.some((s) => s !== 1)) {
      throw new ShapeError(
        `${operator}: padding='same' is not supported for strided convolutions, but got stride ${formatShape(stride)}`,
      );
    }
    return kernel.map((k, axis): Sides => {
      const total = windowExtent(k, dilation[axis]) - 1;
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
  }
  if (typeof value === 'string') {
    throw new ArgumentError(
      `${operator}: padding must be numbers, 'same' or 'valid', but got ${JSON.stringify(value.slice(0, 40))}`,
    );
  }
  const padding = readSides(`${operator}: padding`, value, rank);
  requireEach(operator, 'padding', padding.flat(), (p) => p >= 0 || 'negative padding is not supported');
  return padding;
}

/** The extents that the kernel sees along each axis, padding included. */
export function paddedExtents({ image, padding }: ConvSetup): number[] {
  return image.spatial.map((extent, axis) => extent + padding[axis][0] + padding[axis][1]);
}

/** Applies an output length formula along every axis. */
export function mapSetup(setup: ConvSetup, formula: Parameters<typeof mapAxes<number>>[1]): number[] {
  return mapAxes({ input: setup.image.spatial, ...setup }, formula);
}
