import { ArgumentError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import type { Unchecked } from '../geometry/options.js';
import { NO_SLOT, type SlotId } from '../program/step.js';
import { borderPixel } from './border.js';
import type { ImageCall } from './call.js';
import { type KernelSize, readKernelSize } from './kernel-size.js';
import { type Anchor, type Kernel, readAnchor, readKernel } from './read-kernel.js';
import { turnedShape } from './separable-filter-2d.js';
import {
  type Filtered,
  type ImagesInput,
  prepareWindows,
  resultSlot,
  WINDOW_KEYS,
  type WindowContext,
  type WindowOptions,
  type WindowShape,
  windowGeometry,
} from './window-call.js';

export interface MorphologyOptions extends WindowOptions {
  /** Rows and columns of a rectangle: one number, or [height, width]. Default 3. Its cost hardly grows with its size. */
  readonly kernelSize?: KernelSize | undefined;
  /** Any other shape: rows of numbers, of which those that are not 0 belong to the window. */
  readonly mask?: Kernel | undefined;
  /** The place in the window that stands on the pixel. Default the middle, of an even size the one behind it. */
  readonly anchor?: Anchor | undefined;
  /** How often. Default 1. */
  readonly iterations?: number | undefined;
}

const KEYS = [...WINDOW_KEYS, 'kernelSize', 'mask', 'anchor', 'iterations'] as const;

type Extreme = 'imageErode' | 'imageDilate';

/** Where the window is, and which of its places count. */
interface Element {
  readonly shape: WindowShape;
  readonly mask: Float32Array | undefined;
}

/** One kind after the other, each as often as there are iterations; from the second kind on with the element turned. */
export function prepareMorphology<Input extends ImagesInput>(
  operator: string,
  kinds: readonly Extreme[],
  images: Input,
  options: unknown,
): ImageCall<Filtered<Input>> {
  const plan = (given: Unchecked<(typeof KEYS)[number]>) => {
    const element = readElement(operator, given);
    const iterations = readIterations(`${operator}: iterations`, given.iterations);
    const turned = { shape: turnedShape(element.shape), mask: element.mask?.toReversed() };
    return (context: WindowContext) => {
      let { x, image } = context;
      for (const [k, kind] of kinds.entries()) {
        for (let i = 0; i < iterations; i++) {
          x = appendExtreme({ ...context, image, x }, kind, k === 0 ? element : turned);
          // What a step writes has no gaps between its rows.
          image = { ...image, rowStride: image.width * image.channels };
        }
      }
      return x;
    };
  };
  return prepareWindows({ operator, keys: KEYS, plan }, images, options);
}

function appendExtreme(context: WindowContext, kind: Extreme, { shape, mask }: Element): SlotId {
  const { program, image, x, border, type } = context;
  const y = resultSlot(context);
  const operands = [x, mask === undefined ? NO_SLOT : program.input(mask)];
  const scalars = [borderPixel(border, type)];
  program.builder.step(kind, windowGeometry(image, shape, border), operands, [y], { scalars });
  return y;
}

function readElement(operator: string, given: Unchecked<'kernelSize' | 'mask' | 'anchor'>): Element {
  if (given.mask === undefined) {
    const size = readKernelSize(`${operator}: kernelSize`, given.kernelSize, 3);
    return { shape: readAnchor(operator, given.anchor, size), mask: undefined };
  }
  if (given.kernelSize !== undefined) {
    throw new ArgumentError(`${operator}: kernelSize and mask both say what the window is; give one of them`);
  }
  const { size, weights } = readKernel(`${operator}: mask`, given.mask);
  if (weights.every((weight) => weight === 0)) {
    throw new ArgumentError(`${operator}: mask has only zeros, so that no value would be in the window`);
  }
  const isFull = weights.every((weight) => weight !== 0);
  const mask = isFull ? undefined : Float32Array.from(weights, (weight) => Number(weight !== 0));
  return { shape: readAnchor(operator, given.anchor, size), mask };
}

const MOST_ITERATIONS = 1000;

function readIterations(context: string, value: unknown): number {
  const iterations = value === undefined ? 1 : readInteger(context, value);
  if (iterations >= 1 && iterations <= MOST_ITERATIONS) return iterations;
  throw new ArgumentError(`${context} must be from 1 to ${MOST_ITERATIONS}, but got ${iterations}`);
}
