/**
 * Images: pixels to tensors and back, other sizes, and all of what networks want done to their inputs.
 *
 * @module
 */
export type { NormalizeOptions } from './affine.js';
export type { CentreRounding, CropSize } from './centre.js';
export { type CropOptions, centerCrop, centerCropAsync, crop, cropAsync } from './crop.js';
export { Image, type ImageLike } from './image.js';
export { type Letterboxed, type LetterboxOptions, letterbox, letterboxAsync } from './letterbox.js';
export { LetterboxMapping } from './letterbox-mapping.js';
export { type ImagePadMode, type PadOptions, pad, padAsync } from './pad.js';
export type { PixelArray, PixelType } from './pixel-type.js';
export { preprocess, preprocessAsync } from './preprocess.js';
export type { RawImageOptions } from './read-image.js';
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
export { type ToImageOptions, toImage, toImageAsync } from './to-image.js';
export { type Flip, type ToTensorOptions, toTensor, toTensorAsync } from './to-tensor.js';
