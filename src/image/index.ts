/**
 * Images: pixels to tensors and back, other sizes, all of what networks want done to their inputs, and filters.
 *
 * @module convkit/image
 */
export type { NormalizeOptions } from './affine.js';
export type { Border, BorderOptions } from './border.js';
export { type BoxBlurOptions, boxBlur, boxBlurAsync } from './box-blur.js';
export type { CentreRounding, CropSize } from './centre.js';
export { type CropOptions, centerCrop, centerCropAsync, crop, cropAsync } from './crop.js';
export { type DecodeOptions, decodeImage } from './decode.js';
export {
  type DerivativeOptions,
  type LaplacianOptions,
  laplacian,
  laplacianAsync,
  type ScharrOptions,
  type SobelOptions,
  scharr,
  scharrAsync,
  sobel,
  sobelAsync,
} from './derivatives.js';
export { filter2d, filter2dAsync } from './filter-2d.js';
export { type GaussianBlurOptions, type GaussianShape, gaussianBlur, gaussianBlurAsync } from './gaussian-blur.js';
export { Image, type ImageLike } from './image.js';
export {
  IntegralImage,
  type IntegralImageOptions,
  type Integrals,
  integralImage,
  integralImageAsync,
} from './integral-image.js';
export type { KernelSize } from './kernel-size.js';
export { type Letterboxed, type LetterboxOptions, letterbox, letterboxAsync } from './letterbox.js';
export { LetterboxMapping } from './letterbox-mapping.js';
export { type MedianOptions, median, medianAsync } from './median.js';
export { close, closeAsync, dilate, dilateAsync, erode, erodeAsync, open, openAsync } from './morphology.js';
export { type ImagePadMode, type PadOptions, pad, padAsync } from './pad.js';
export {
  highPass,
  highPassAsync,
  highPassKernel,
  lowPass,
  lowPassAsync,
  lowPassKernel,
  type PassOptions,
} from './passes.js';
export type { PixelArray, PixelType } from './pixel-type.js';
export type { MorphologyOptions } from './prepare-morphology.js';
export { preprocess, preprocessAsync } from './preprocess.js';
export type { RawImageOptions } from './read-image.js';
export type { Anchor, FilterMode, Kernel, KernelValues } from './read-kernel.js';
export { recipeFromHuggingFace } from './recipe/hugging-face.js';
export { type PresetName, presets } from './recipe/presets.js';
export { type CompiledRecipe, compileRecipe, type Recipe, type RecipeChannels } from './recipe/recipe.js';
export type { Region } from './region.js';
export {
  type Compat,
  type Interpolation,
  type ResamplingOptions,
  type ResizeOptions,
  resize,
  resizeAsync,
} from './resize.js';
export { saveImage } from './save.js';
export { type LinearFilterOptions, separableFilter2d, separableFilter2dAsync } from './separable-filter-2d.js';
export {
  type SharpenOptions,
  sharpen,
  sharpenAsync,
  type UnsharpMaskOptions,
  unsharpMask,
  unsharpMaskAsync,
} from './sharpen.js';
export { type ToImageOptions, toImage, toImageAsync } from './to-image.js';
export { type Flip, type ToTensorOptions, toTensor, toTensorAsync } from './to-tensor.js';
export type { Filtered, FilterOptions, ImageInput, ImagesInput, WindowOptions } from './window-call.js';
