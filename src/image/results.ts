import { ArgumentError, ShapeError } from '../errors.js';
import { allocate, readOut } from '../ops/operands.js';
import type { SlotArray } from '../program/program.js';
import { formatShape, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { describe } from '../values.js';
import { Image, pixelTypeOf } from './image.js';
import { PIXEL_ARRAYS, type PixelType } from './pixel-type.js';

/** The tensor for a result, and of it the part of each image. */
export interface TensorResult {
  readonly tensor: Tensor;
  readonly parts: readonly Float32Array[];
}

/** One tensor for `count` images, all of the shape `each`; unbatched where a single image was given. */
export function tensorResult(
  operator: string,
  { count, batched }: { count: number; batched: boolean },
  each: Shape,
  out: unknown,
): TensorResult {
  const shape = batched ? [count, ...each] : each;
  const tensor =
    out === undefined || out === null
      ? new Tensor(allocate(operator, shape, Float32Array), shape)
      : readOut(operator, out, shape, []);
  const size = each.reduce((product, extent) => product * extent, 1);
  if (!batched) return { tensor, parts: [tensor.data] };
  const parts = Array.from({ length: count }, (_, i) => tensor.data.subarray(i * size, (i + 1) * size));
  return { tensor, parts };
}

/** What an image of a result has to be. */
export interface ImageFacts {
  readonly type: PixelType;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** An image for each result: those in `out`, or new ones. `out` is one image, or an array where `batched`. */
export function imageResults(
  operator: string,
  wanted: readonly ImageFacts[],
  batched: boolean,
  out: unknown,
): readonly Image[] {
  if (out === undefined || out === null) return wanted.map((facts) => newImage(operator, facts));
  const given = batched ? out : [out];
  if (!Array.isArray(given) || given.length !== wanted.length) {
    throw new ArgumentError(`${operator}: out must be an array of ${wanted.length} images, but got ${describe(out)}`);
  }
  return wanted.map((facts, i) => readOutImage(`${operator}: out${batched ? `[${i}]` : ''}`, given[i], facts));
}

function newImage(operator: string, { type, width, height, channels }: ImageFacts): Image {
  const data = allocate<SlotArray>(operator, [height, width, channels], PIXEL_ARRAYS[type]);
  return new Image(data as Image['data'], width, height, channels);
}

function readOutImage(context: string, value: unknown, wanted: ImageFacts): Image {
  if (!(value instanceof Image)) {
    throw new ArgumentError(`${context} must be an Image, but got ${describe(value)}`);
  }
  const given = { type: pixelTypeOf(value.data), width: value.width, height: value.height, channels: value.channels };
  const same = (Object.keys(given) as (keyof ImageFacts)[]).every((key) => given[key] === wanted[key]);
  if (!same) throw new ShapeError(`${context} must be ${inWords(wanted)}, but got ${inWords(given)}`);
  return value;
}

function inWords({
  type,
  width,
  height,
  channels,
}: { [Key in keyof ImageFacts]: ImageFacts[Key] | undefined }): string {
  return `${type} of ${formatShape([height, width, channels].map(Number))} (height, width, channels)`;
}
