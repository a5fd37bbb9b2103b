import { ArgumentError, ShapeError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { readNumber, type Unchecked } from '../geometry/options.js';
import { describe } from '../values.js';
import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import { planFilter } from './filter-2d.js';
import { appendSeparable } from './separable-filter-2d.js';
import {
  centred,
  FILTER_KEYS,
  type Filtered,
  type FilterOptions,
  type ImagesInput,
  prepareWindows,
  type WindowContext,
} from './window-call.js';

/** What every derivative takes. Its result is float32 unless `outDtype` says otherwise, because differences may be negative. */
export interface DerivativeOptions extends FilterOptions {
  /** A factor on the result. Default 1. */
  readonly scale?: number | undefined;
  /** Is added to the result: 128 with outDtype 'uint8' makes one that can be looked at. Default 0. */
  readonly delta?: number | undefined;
}

export interface ScharrOptions extends DerivativeOptions {
  /** How often to derive along x. */
  readonly dx?: number | undefined;
  /** How often to derive along y. */
  readonly dy?: number | undefined;
}

export interface SobelOptions extends ScharrOptions {
  /** Default 3. */
  readonly kernelSize?: 3 | 5 | undefined;
}

export interface LaplacianOptions extends DerivativeOptions {
  /** How many neighbours of a pixel count: 4 (default) or 8. */
  readonly neighbours?: 4 | 8 | undefined;
}

const KEYS = [...FILTER_KEYS, 'scale', 'delta'] as const;
const SCHARR_KEYS = [...KEYS, 'dx', 'dy'] as const;
const SOBEL_KEYS = [...SCHARR_KEYS, 'kernelSize'] as const;
const LAPLACIAN_KEYS = [...KEYS, 'neighbours'] as const;

/** Smoothing weights, those of the first derivative, those of the second. */
const SOBEL = {
  3: [
    [1, 2, 1],
    [-1, 0, 1],
    [1, -2, 1],
  ],
  5: [
    [1, 4, 6, 4, 1],
    [-1, -2, 0, 2, 1],
    [1, 0, -2, 0, 1],
  ],
} as const;

const SCHARR = [
  [3, 10, 3],
  [-1, 0, 1],
] as const;

export const LAPLACIANS = { 4: [0, 1, 0, 1, -4, 1, 0, 1, 0], 8: [1, 1, 1, 1, -8, 1, 1, 1, 1] } as const;

/**
 * Sobel's derivative, along x where dx is 1 or 2 and along y where dy is: differences along the one axis, smoothed along the
 * other. Not divided by the weights' sum.
 *
 * @throws ArgumentError, ShapeError
 * @see OpenCV's `Sobel`; scipy.ndimage's `sobel`
 * @example
 * const horizontal = sobel(image, { dx: 1 });
 */
export function sobel<Input extends ImagesInput>(images: Input, options: SobelOptions): Filtered<Input> {
  return runImages(prepareSobel(images, options));
}

/** `sobel` off the event loop; errors reject the promise. */
export async function sobelAsync<Input extends ImagesInput>(
  images: Input,
  options: SobelOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('sobel', options, (given) => prepareSobel(images, given));
}

/**
 * Scharr's first derivative, along x (dx: 1) or along y (dy: 1), whose direction is truer than that of Sobel's 3 × 3.
 *
 * @throws ArgumentError, ShapeError
 * @see OpenCV's `Scharr`
 */
export function scharr<Input extends ImagesInput>(images: Input, options: ScharrOptions): Filtered<Input> {
  return runImages(prepareScharr(images, options));
}

/** `scharr` off the event loop; errors reject the promise. */
export async function scharrAsync<Input extends ImagesInput>(
  images: Input,
  options: ScharrOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('scharr', options, (given) => prepareScharr(images, given));
}

/**
 * The sum of the second derivatives: what the 4 or 8 neighbours have more than the pixel.
 *
 * @throws ArgumentError
 * @see OpenCV's `Laplacian` with `ksize=1`; scipy.ndimage's `laplace`
 */
export function laplacian<Input extends ImagesInput>(images: Input, options?: LaplacianOptions): Filtered<Input> {
  return runImages(prepareLaplacian(images, options));
}

/** `laplacian` off the event loop; errors reject the promise. */
export async function laplacianAsync<Input extends ImagesInput>(
  images: Input,
  options?: LaplacianOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('laplacian', options, (given) => prepareLaplacian(images, given));
}

function prepareSobel<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'sobel';
  const plan = (given: Unchecked<(typeof SOBEL_KEYS)[number]>) => {
    const { kernelSize = 3 } = given;
    if (kernelSize !== 3 && kernelSize !== 5) {
      throw new ArgumentError(`${operator}: kernelSize must be 3 or 5, but got ${describe(kernelSize)}`);
    }
    return planDerivative(operator, given, SOBEL[kernelSize]);
  };
  return prepareWindows({ operator, keys: SOBEL_KEYS, plan, defaultType: 'float32' }, images, options);
}

function prepareScharr<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'scharr';
  const plan = (given: Unchecked<(typeof SCHARR_KEYS)[number]>) => planDerivative(operator, given, SCHARR);
  return prepareWindows({ operator, keys: SCHARR_KEYS, plan, defaultType: 'float32' }, images, options);
}

/** @param weights By order of the derivative. Those of the first one alone may not be combined with themselves. */
function planDerivative(
  operator: string,
  given: Unchecked<'dx' | 'dy' | 'scale' | 'delta'>,
  weights: readonly (readonly number[])[],
) {
  const most = weights.length - 1;
  const [dx, dy] = (['dx', 'dy'] as const).map((name) => {
    const order = given[name] === undefined ? 0 : readInteger(`${operator}: ${name}`, given[name]);
    if (order >= 0 && order <= most) return order;
    throw new ShapeError(`${operator}: ${name} must be from 0 to ${most}, but got ${order}`);
  });
  if (dx + dy === 0)
    throw new ArgumentError(`${operator}: dx or dy must be 1 or more: along which axis shall it derive?`);
  if (most === 1 && dx + dy > 1) throw new ArgumentError(`${operator}: only one of dx and dy can be 1`);
  const scale = readNumber(`${operator}: scale`, given.scale, 1);
  const delta = readNumber(`${operator}: delta`, given.delta, 0);
  const rows = Float32Array.from(weights[dy]);
  const columns = Float32Array.from(weights[dx], (weight) => weight * scale);
  const shape = centred([rows.length, columns.length]);
  return (context: WindowContext) => appendSeparable(context, shape, { rows, columns, delta });
}

function prepareLaplacian<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'laplacian';
  const plan = (given: Unchecked<(typeof LAPLACIAN_KEYS)[number]>) => {
    const scale = readNumber(`${operator}: scale`, given.scale, 1);
    const delta = readNumber(`${operator}: delta`, given.delta, 0);
    const weights = LAPLACIANS[readNeighbours(operator, given.neighbours)].map((weight) => weight * scale);
    return planFilter({ size: [3, 3], weights }, centred([3, 3]), delta);
  };
  return prepareWindows({ operator, keys: LAPLACIAN_KEYS, plan, defaultType: 'float32' }, images, options);
}

export function readNeighbours(operator: string, value: unknown): 4 | 8 {
  if (value === undefined) return 4;
  if (value === 4 || value === 8) return value;
  throw new ArgumentError(`${operator}: neighbours must be 4 or 8, but got ${describe(value)}`);
}
