import { ArgumentError, ShapeError } from '../errors.js';
import type { Layout } from '../geometry/image.js';
import { readFlag, readOptions, readWord } from '../geometry/options.js';
import { formatShape } from '../shape.js';
import { coerceTensor, type TensorLike } from '../tensor.js';
import { fromAffine, NORMALIZE_KEYS, type NormalizeOptions, readNormalization } from './affine.js';
import { type AsyncOptions, type ImageCall, runImages, runImagesAsync } from './call.js';
import type { Image } from './image.js';
import { ImageProgram } from './image-program.js';
import { FULL_SCALE, PIXEL_TYPES, type PixelType } from './pixel-type.js';
import { imageResults } from './results.js';

export interface ToImageOptions extends NormalizeOptions {
  /** What the tensor's axes are: 'NCHW' (default) or 'NHWC', with or without N. */
  readonly layout?: Layout | undefined;
  /** What the image's values shall be. Default 'uint8'. */
  readonly dtype?: PixelType | undefined;
  /** The tensor's channels are BGR. */
  readonly swapRedBlue?: boolean | undefined;
  /** Receives the result: an Image of its size, or for a batch an array of them. */
  readonly out?: Image | readonly Image[] | null | undefined;
}

const KEYS = [...NORMALIZE_KEYS, 'layout', 'dtype', 'swapRedBlue', 'out'] as const;

/**
 * The way back from `toTensor`, given the same scale, mean and std: (value · std + mean) / scale. Whole numbers are rounded,
 * halves to even, and saturate; NaN becomes 0. A batch gives an array of images.
 *
 * @throws ShapeError where the tensor is no image of 1 to 4 channels; ArgumentError
 */
export function toImage(tensor: TensorLike, options?: ToImageOptions): Image | Image[] {
  return runImages(prepare(tensor, options));
}

/** `toImage` off the event loop; errors reject the promise. */
export async function toImageAsync(
  tensor: TensorLike,
  options?: ToImageOptions & AsyncOptions,
): Promise<Image | Image[]> {
  return runImagesAsync('toImage', options, (given) => prepare(tensor, given));
}

function prepare(value: unknown, options: unknown): ImageCall<Image | Image[]> {
  const operator = 'toImage';
  const given = readOptions(operator, options, KEYS);
  const tensor = coerceTensor(value, `${operator}: tensor`);
  const layout = readWord<Layout>(`${operator}: layout`, given.layout, ['NCHW', 'NHWC'], 'NCHW');
  const type = readWord(`${operator}: dtype`, given.dtype, PIXEL_TYPES, 'uint8');
  const batched = tensor.shape.length === 4;
  if (!batched && tensor.shape.length !== 3) {
    throw new ShapeError(`${operator}: tensor must have 3 or 4 axes, but got ${formatShape(tensor.shape)}`);
  }
  const [count, ...each] = batched ? tensor.shape : [1, ...tensor.shape];
  const [channels, height, width] = layout === 'NCHW' ? each : [each[2], each[0], each[1]];
  if (channels > 4 || each.includes(0)) {
    throw new ShapeError(
      `${operator}: an image has 1 to 4 channels and at least one pixel, but the tensor is ${formatShape(tensor.shape)} (${layout})`,
    );
  }
  const swapRedBlue = readFlag(`${operator}: swapRedBlue`, given.swapRedBlue, false);
  if (swapRedBlue && channels < 3) {
    throw new ArgumentError(`${operator}: swapRedBlue needs 3 or 4 channels, but there are ${channels}`);
  }
  const normalization = readNormalization(operator, given, channels, 1 / FULL_SCALE[type]);
  const facts = { type, width, height, channels };
  const images = imageResults(operator, new Array(count).fill(facts), batched, given.out);
  const program = new ImageProgram();
  const affine = fromAffine(imageOrder(normalization, swapRedBlue));
  const size = channels * height * width;
  const geometry = Object.freeze({
    height,
    width,
    channels,
    channelsLast: Number(layout === 'NHWC'),
    swapRedBlue: Number(swapRedBlue),
  });
  images.forEach((image, i) => {
    const x = program.input(tensor.data.subarray(i * size, (i + 1) * size));
    const y = program.builder.slot(size, type);
    program.builder.step('tensorToImage', geometry, [x, program.input(affine)], [y]);
    program.output(y, image.data);
  });
  return { operator, program, result: batched ? [...images] : images[0] };
}

/** Means and stds are given in the tensor's order, and applied in the image's. */
function imageOrder<T extends { mean: readonly number[]; std: readonly number[] }>(normalization: T, swap: boolean): T {
  if (!swap) return normalization;
  const swapped = ([a, b, c, ...rest]: readonly number[]) => [c, b, a, ...rest];
  return { ...normalization, mean: swapped(normalization.mean), std: swapped(normalization.std) };
}
