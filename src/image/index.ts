/**
 * Images: pixels to tensors and back.
 *
 * @module
 */
export type { NormalizeOptions } from './affine.js';
export { Image, type ImageLike } from './image.js';
export type { PixelArray, PixelType } from './pixel-type.js';
export type { RawImageOptions } from './read-image.js';
export type { Region } from './region.js';
export {
  type Compat,
  type Interpolation,
  type ResamplingOptions,
  type ResizeOptions,
  resize,
  resizeAsync,
} from './resize.js';
export { type ToImageOptions, toImage, toImageAsync } from './to-image.js';
export { type Flip, type ToTensorOptions, toTensor, toTensorAsync } from './to-tensor.js';
