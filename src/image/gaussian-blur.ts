import { ArgumentError } from '../errors.js';
import { readNumber, type Unchecked } from '../geometry/options.js';
import { LARGEST_SMOOTH_RADIUS } from '../geometry/records.js';
import type { SlotId } from '../program/step.js';
import { borderPixel } from './border.js';
import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import { fixedHalf, gaussianWeights, gaussianWeightsOfSize } from './gaussian-kernel.js';
import { checkSide, type KernelSize, readOddSize } from './kernel-size.js';
import type { PixelType } from './pixel-type.js';
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

/** How wide a Gaussian is. */
export interface GaussianShape {
  /** Standard deviation in pixels, along both axes. Needed where kernelSize is left out. */
  readonly sigma?: number | undefined;
  /** Along x, where it differs. */
  readonly sigmaX?: number | undefined;
  /** Along y. */
  readonly sigmaY?: number | undefined;
  /**
   * Odd; one number, or [height, width]. Left out, as OpenCV has it: 6σ + 1 rounded, made odd, for uint8, and 8σ + 1 for other
   * types. Without sigma, σ = 0.3 · ((size − 1) / 2 − 1) + 0.8, and for 1 to 9 OpenCV's fixed weights.
   */
  readonly kernelSize?: KernelSize | undefined;
}

export interface GaussianBlurOptions extends FilterOptions, GaussianShape {}

export const GAUSSIAN_KEYS = ['sigma', 'sigmaX', 'sigmaY', 'kernelSize'] as const;
const KEYS = [...FILTER_KEYS, ...GAUSSIAN_KEYS] as const;

/**
 * Smooths with a Gaussian, normalised. uint8 images that stay uint8, up to 15 pixels to each side (σ up to 5), are done in whole
 * numbers of 16 bits, within half a level of the exact sum before it is rounded to a whole level; everything else in float32, as
 * `separableFilter2d` does.
 *
 * @throws ShapeError, ArgumentError
 * @see OpenCV's `GaussianBlur`; scipy.ndimage's `gaussian_filter` with `mode='mirror'` and the same radius
 * @example
 * gaussianBlur(image, { sigma: 2 });
 */
export function gaussianBlur<Input extends ImagesInput>(images: Input, options: GaussianBlurOptions): Filtered<Input> {
  return runImages(prepare(images, options));
}

/** `gaussianBlur` off the event loop; errors reject the promise. */
export async function gaussianBlurAsync<Input extends ImagesInput>(
  images: Input,
  options: GaussianBlurOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('gaussianBlur', options, (given) => prepare(images, given));
}

function prepare<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'gaussianBlur';
  const plan = (given: Unchecked<(typeof KEYS)[number]>) => planGaussian(operator, given);
  return prepareWindows({ operator, keys: KEYS, plan }, images, options);
}

/** Reads the shape of a Gaussian; an image's type decides its size where that is left out. */
export function planGaussian(
  operator: string,
  given: Unchecked<(typeof GAUSSIAN_KEYS)[number]>,
): (context: WindowContext) => SlotId {
  const weightsFor = gaussianReader(operator, given);
  return (context) => appendSmooth(context, weightsFor(context.image.type));
}

/** Symmetric weights of positive numbers with the sum 1, in both of the forms that steps take. */
export interface SmoothWeights {
  readonly rows: Float32Array;
  readonly columns: Float32Array;
  /** For imageSmooth, where they suit it. */
  readonly fixed: { readonly rows: Float32Array; readonly columns: Float32Array } | undefined;
}

export function smoothWeights(rows: readonly number[], columns: readonly number[]): SmoothWeights {
  return {
    rows: Float32Array.from(rows),
    columns: Float32Array.from(columns),
    fixed: fixedWeights(rows, columns),
  };
}

/** Checks the shape, and gives the weights for a type of image; the same arrays each time. */
export function gaussianReader(
  operator: string,
  given: Unchecked<(typeof GAUSSIAN_KEYS)[number]>,
): (type: PixelType) => SmoothWeights {
  const sigma = readSigma(`${operator}: sigma`, given.sigma);
  const sigmas = [
    readSigma(`${operator}: sigmaY`, given.sigmaY) ?? sigma,
    readSigma(`${operator}: sigmaX`, given.sigmaX) ?? sigma,
  ];
  const size = given.kernelSize === undefined ? undefined : readOddSize(`${operator}: kernelSize`, given.kernelSize);
  if (size === undefined && sigmas.includes(undefined)) {
    throw new ArgumentError(`${operator}: give sigma (or sigmaX and sigmaY), or kernelSize`);
  }
  const along = (axis: 0 | 1, type: PixelType) => {
    const deviation = sigmas[axis];
    if (deviation === undefined) return gaussianWeightsOfSize((size as readonly number[])[axis]);
    const side = size?.[axis] ?? impliedSize(deviation, type);
    checkSide(`${operator}: the kernel's size that follows from sigma ${deviation}`, side);
    return gaussianWeights(side, deviation);
  };
  const known = new Map<PixelType, SmoothWeights>();
  return (type) => {
    const weights = known.get(type) ?? smoothWeights(along(0, type), along(1, type));
    known.set(type, weights);
    return weights;
  };
}

function readSigma(context: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const sigma = readNumber(context, value);
  if (sigma > 0 && Number.isFinite(sigma)) return sigma;
  throw new ArgumentError(`${context} must be positive and finite, but got ${sigma}`);
}

/** OpenCV's: cvRound(σ · (uint8 ? 3 : 4) · 2 + 1) | 1, where cvRound takes halves to even. */
function impliedSize(sigma: number, type: PixelType): number {
  const reach = sigma * (type === 'uint8' ? 3 : 4) * 2 + 1;
  const whole = Math.round(reach);
  // A half to even, made odd, is the next below or the same; Math.round takes it up.
  const rounded = whole - reach === 0.5 && whole % 2 === 1 ? whole - 1 : whole;
  return 2 * Math.floor(rounded / 2) + 1;
}

export function appendSmooth(context: WindowContext, weights: SmoothWeights): SlotId {
  const { program, image, x, border, type } = context;
  const shape = centred([weights.rows.length, weights.columns.length]);
  const { fixed } = weights;
  if (fixed === undefined || image.type !== 'uint8' || type !== 'uint8')
    return appendSeparable(context, shape, weights);
  const y = resultSlot(context);
  const operands = [x, program.input(fixed.rows), program.input(fixed.columns)];
  const scalars = [borderPixel(border, image.type)];
  program.builder.step('imageSmooth', windowGeometry(image, shape, border), operands, [y], { scalars });
  return y;
}

function fixedWeights(rows: readonly number[], columns: readonly number[]) {
  const most = 2 * LARGEST_SMOOTH_RADIUS + 1;
  if (rows.length > most || columns.length > most) return undefined;
  const fixed = { rows: fixedHalf(rows), columns: fixedHalf(columns) };
  return fixed.rows === undefined || fixed.columns === undefined
    ? undefined
    : { rows: fixed.rows, columns: fixed.columns };
}
