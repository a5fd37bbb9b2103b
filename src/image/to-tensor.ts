import { ArgumentError, ShapeError } from '../errors.js';
import type { Layout } from '../geometry/image.js';
import { readFlag, readOptions, readWord } from '../geometry/options.js';
import type { ImageToTensorGeometry } from '../geometry/records.js';
import type { OutOption } from '../ops/call.js';
import { formatShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { describe } from '../values.js';
import { NORMALIZE_KEYS, type NormalizeOptions, readNormalization, toAffine } from './affine.js';
import { type AsyncOptions, type ImageCall, runImages, runImagesAsync } from './call.js';
import type { ImageLike } from './image.js';
import { ImageProgram } from './image-program.js';
import { FULL_SCALE, type PixelArray } from './pixel-type.js';
import { type Pixels, RAW_IMAGE_KEYS, type RawImageOptions, readImages } from './read-image.js';
import { type Region, readRegion } from './region.js';
import { tensorResult } from './results.js';

/** Left and right, up and down, or both exchanged. `true` is 'horizontal'. */
export type Flip = boolean | 'horizontal' | 'vertical' | 'both';

export interface ToTensorOptions extends RawImageOptions, NormalizeOptions, OutOption {
  /** 'NCHW' (default) or 'NHWC'. */
  readonly layout?: Layout | undefined;
  /** Channels of the tensor; those of the image where left out. 3 of 4 leaves alpha out, 3 of 1 repeats grey. */
  readonly outChannels?: number | undefined;
  /** BGR of RGB, for networks that were trained on OpenCV's order. Means and stds are in the tensor's order. */
  readonly swapRedBlue?: boolean | undefined;
  /** Mirrors the image on its way. Default false. */
  readonly flip?: Flip | undefined;
  /** Only this part of every image, in pixels. */
  readonly crop?: Region | undefined;
}

const KEYS = [
  ...RAW_IMAGE_KEYS,
  ...NORMALIZE_KEYS,
  'layout',
  'outChannels',
  'swapRedBlue',
  'flip',
  'crop',
  'out',
] as const;

const FLIPS = ['horizontal', 'vertical', 'both'] as const;

/**
 * Pixels to a float32 tensor in one pass: crop, flip, channel order, scale and normalisation. One image gives [C, H, W], an
 * array of images of one size [N, C, H, W]. uint8 becomes 0 … 1 as with torchvision's `to_tensor`, and then
 * (value − mean) / std as with its `normalize`.
 *
 * @example
 * const { data, info } = await sharp('cat.jpg').raw().toBuffer({ resolveWithObject: true });
 * toTensor({ data, info }, { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
 * @throws ShapeError where sizes do not fit; ArgumentError
 */
export function toTensor(
  images: ImageLike | PixelArray | readonly (ImageLike | PixelArray)[],
  options?: ToTensorOptions,
): Tensor {
  return runImages(prepare(images, options));
}

/** `toTensor` off the event loop; errors reject the promise. */
export async function toTensorAsync(
  images: ImageLike | PixelArray | readonly (ImageLike | PixelArray)[],
  options?: ToTensorOptions & AsyncOptions,
): Promise<Tensor> {
  return runImagesAsync('toTensor', options, (given) => prepare(images, given));
}

function prepare(value: unknown, options: unknown): ImageCall<Tensor> {
  const operator = 'toTensor';
  const given = readOptions(operator, options, KEYS);
  const list = readImages(operator, value, given);
  if (list.images.length === 0) throw new ArgumentError(`${operator}: images is empty; a tensor needs at least one`);
  const layout = readWord<Layout>(`${operator}: layout`, given.layout, ['NCHW', 'NHWC'], 'NCHW');
  const flip = readFlip(`${operator}: flip`, given.flip);
  const swap = readFlag(`${operator}: swapRedBlue`, given.swapRedBlue, false);
  const program = new ImageProgram();
  const plans = list.images.map((image) => {
    const sources = channelSources(operator, image, given.outChannels, swap);
    const region = readRegion(`${operator}: crop`, given.crop, image);
    const geometry = imageToTensorGeometry(image, { sources, region, flip, layout });
    const affine = toAffine(readNormalization(operator, given, sources.length, 1 / FULL_SCALE[image.type]));
    return { image, geometry, affine };
  });
  const shapes = plans.map(({ geometry }) => tensorShape(geometry));
  refuseDifferent(operator, shapes);
  const { tensor, parts } = tensorResult(
    operator,
    { count: plans.length, batched: list.batched },
    shapes[0],
    given.out,
  );
  const affines = new Map<string, Float32Array>();
  plans.forEach(({ image, geometry, affine }, i) => {
    const shared = affines.get(affine.join()) ?? affine;
    affines.set(affine.join(), shared);
    const y = program.builder.slot(parts[i].length);
    program.builder.step('imageToTensor', geometry, [program.input(image.data), program.input(shared)], [y]);
    program.output(y, parts[i]);
  });
  return { operator, program, result: tensor };
}

/** What decides where each value of a tensor comes from. */
export interface TensorArrangement {
  readonly sources: readonly number[];
  readonly region: Region;
  readonly flip: { readonly x: boolean; readonly y: boolean };
  readonly layout: Layout;
}

export function imageToTensorGeometry(
  { channels, rowStride }: Pick<Pixels, 'channels' | 'rowStride'>,
  { sources, region, flip, layout }: TensorArrangement,
): ImageToTensorGeometry {
  return Object.freeze({
    height: region.height,
    width: region.width,
    offset: region.top * rowStride + region.left * channels,
    rowStride,
    pixelStride: channels,
    channels: sources.length,
    source0: sources[0],
    source1: sources[1] ?? 0,
    source2: sources[2] ?? 0,
    source3: sources[3] ?? 0,
    flipX: Number(flip.x),
    flipY: Number(flip.y),
    channelsLast: Number(layout === 'NHWC'),
  });
}

export function tensorShape({ channels, height, width, channelsLast }: ImageToTensorGeometry): Shape {
  return channelsLast ? [height, width, channels] : [channels, height, width];
}

/** For each channel of the tensor the channel of the image that it is. */
export function channelSources(
  operator: string,
  { channels }: Pick<Pixels, 'channels'>,
  wanted: unknown,
  swapRedBlue: boolean,
): readonly number[] {
  const sources = chosenChannels(operator, channels, wanted ?? channels);
  if (!swapRedBlue) return sources;
  if (sources.length < 3) {
    throw new ArgumentError(`${operator}: swapRedBlue needs 3 or 4 channels, but there are ${sources.length}`);
  }
  return [sources[2], sources[1], sources[0], ...sources.slice(3)];
}

function chosenChannels(operator: string, channels: number, wanted: unknown): number[] {
  const isGrey = channels <= 2;
  if (wanted === channels) return Array.from({ length: channels }, (_, c) => c);
  if (wanted === 1 && isGrey) return [0];
  if (wanted === 3) return isGrey ? [0, 0, 0] : [0, 1, 2];
  throw new ArgumentError(
    `${operator}: outChannels can be ${isGrey ? '1 or 3' : '3'}${channels % 2 === 0 ? ` or ${channels}` : ''} for images of ${channels} channels, but got ${describe(wanted)}`,
  );
}

export function readFlip(context: string, value: unknown): { readonly x: boolean; readonly y: boolean } {
  if (value === undefined || value === false) return { x: false, y: false };
  const word = value === true ? 'horizontal' : readWord(context, value, FLIPS, 'horizontal');
  return { x: word !== 'vertical', y: word !== 'horizontal' };
}

/** @throws ShapeError where not all are the first one's shape. */
export function refuseDifferent(operator: string, shapes: readonly Shape[]): void {
  const other = shapes.findIndex((shape) => formatShape(shape) !== formatShape(shapes[0]));
  if (other === -1) return;
  throw new ShapeError(
    `${operator}: images in one tensor must have one size, but images[0] gives ${formatShape(shapes[0])} and images[${other}] ${formatShape(shapes[other])}`,
  );
}
