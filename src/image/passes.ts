import { readInteger } from '../geometry/axes.js';
import { readWord, type Unchecked } from '../geometry/options.js';
import { planBox } from './box-blur.js';
import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import { planFilter } from './filter-2d.js';
import { appendSmooth, smoothWeights } from './gaussian-blur.js';
import { gaussianWeightsOfSize } from './gaussian-kernel.js';
import { checkWeights, readOddSize } from './kernel-size.js';
import {
  centred,
  FILTER_KEYS,
  type Filtered,
  type FilterOptions,
  type ImagesInput,
  prepareWindows,
  type WindowContext,
} from './window-call.js';

const SHAPES = ['box', 'gaussian'] as const;

export interface PassOptions extends FilterOptions {
  /** Odd. Default 3. The larger, the lower the frequencies at which the pass begins or ends. */
  readonly kernelSize?: number | undefined;
  /** The weights of the low pass: all equal ('box', default) or a Gaussian's for that size. */
  readonly shape?: (typeof SHAPES)[number] | undefined;
}

const KEYS = [...FILTER_KEYS, 'kernelSize', 'shape'] as const;

/** Weights of rows from the top: all positive, their sum 1. @throws ShapeError where the size is not odd. */
export function lowPassKernel(kernelSize = 3, shape: (typeof SHAPES)[number] = 'box'): number[][] {
  const weights = lineWeights('lowPassKernel', kernelSize, shape);
  checkWeights('lowPassKernel: kernelSize', [weights.length, weights.length]);
  return weights.map((down) => weights.map((across) => down * across));
}

/** What the low pass takes away: the pixel itself less the low pass; the weights' sum is 0. */
export function highPassKernel(kernelSize = 3, shape: (typeof SHAPES)[number] = 'box'): number[][] {
  const low = lowPassKernel(kernelSize, shape);
  const middle = (low.length - 1) / 2;
  return low.map((row, i) => row.map((weight, j) => Number(i === middle && j === middle) - weight));
}

/**
 * Keeps what changes slowly from pixel to pixel: smooths with the weights of `lowPassKernel`, all positive with the sum 1.
 *
 * @throws ShapeError, ArgumentError
 */
export function lowPass<Input extends ImagesInput>(images: Input, options?: PassOptions): Filtered<Input> {
  return runImages(prepareLowPass(images, options));
}

/** `lowPass` off the event loop; errors reject the promise. */
export async function lowPassAsync<Input extends ImagesInput>(
  images: Input,
  options?: PassOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('lowPass', options, (given) => prepareLowPass(images, given));
}

/**
 * Keeps what changes fast: edges, fine texture and noise. The image less its low pass, with the weights of `highPassKernel`, whose
 * sum is 0; float32 unless `outDtype` says otherwise, because it may be negative. Added to the image, it sharpens.
 *
 * @throws ShapeError, ArgumentError
 */
export function highPass<Input extends ImagesInput>(images: Input, options?: PassOptions): Filtered<Input> {
  return runImages(prepareHighPass(images, options));
}

/** `highPass` off the event loop; errors reject the promise. */
export async function highPassAsync<Input extends ImagesInput>(
  images: Input,
  options?: PassOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('highPass', options, (given) => prepareHighPass(images, given));
}

function prepareLowPass<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'lowPass';
  const plan = (given: Unchecked<'kernelSize' | 'shape'>) => {
    const size = readPassSize(operator, given.kernelSize);
    const shape = readWord(`${operator}: shape`, given.shape, SHAPES, 'box');
    if (shape === 'box') return planBox([size, size]);
    const weights = smoothWeights(gaussianWeightsOfSize(size), gaussianWeightsOfSize(size));
    return (context: WindowContext) => appendSmooth(context, weights);
  };
  return prepareWindows({ operator, keys: KEYS, plan }, images, options);
}

function prepareHighPass<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'highPass';
  const plan = (given: Unchecked<'kernelSize' | 'shape'>) => {
    const size = readPassSize(operator, given.kernelSize);
    const shape = readWord(`${operator}: shape`, given.shape, SHAPES, 'box');
    const square = [size, size] as const;
    checkWeights(`${operator}: kernelSize`, square);
    return planFilter({ size: square, weights: highPassKernel(size, shape).flat() }, centred(square));
  };
  return prepareWindows({ operator, keys: KEYS, plan, defaultType: 'float32' }, images, options);
}

function readPassSize(operator: string, kernelSize: unknown): number {
  const context = `${operator}: kernelSize`;
  return readOddSize(context, kernelSize === undefined ? 3 : readInteger(context, kernelSize))[0];
}

function lineWeights(operator: string, kernelSize: unknown, shape: unknown): readonly number[] {
  const size = readPassSize(operator, kernelSize);
  if (readWord(`${operator}: shape`, shape, SHAPES, 'box') === 'gaussian') return gaussianWeightsOfSize(size);
  return new Array<number>(size).fill(1 / size);
}
