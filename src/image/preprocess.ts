import { ArgumentError } from '../errors.js';
import type { Layout } from '../geometry/image.js';
import { readOptions, readWord } from '../geometry/options.js';
import type { OutOption } from '../ops/call.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { toAffine } from './affine.js';
import { type AsyncOptions, type ImageCall, runImages, runImagesAsync } from './call.js';
import { placeCentre } from './centre.js';
import type { ImageLike } from './image.js';
import { ImageProgram } from './image-program.js';
import { letterboxFilling } from './letterbox.js';
import { placeInLetterbox } from './letterbox-mapping.js';
import { readFilling } from './pad.js';
import { appendPad, hasMargins, inputPixels, type Margins, NO_MARGINS, type PixelSlot } from './pixel-slot.js';
import { FULL_SCALE, type PixelType } from './pixel-type.js';
import { type Pixels, readSizedImages } from './read-image.js';
import { PRESET_NAMES, type PresetName, presets } from './recipe/presets.js';
import { CompiledRecipe, type Recipe, recipeSources } from './recipe/recipe.js';
import type { Region } from './region.js';
import { appendResize, planResize } from './resize/plan.js';
import { type Size, sizeFor } from './resize/size.js';
import { tensorResult } from './results.js';
import { imageToTensorGeometry, refuseDifferent } from './to-tensor.js';

const OPERATOR = 'preprocess';

/**
 * Images of any sizes to a network's input [N, C, H, W], or [C, H, W] of one image: resized, cropped, normalised, in one go. Only those
 * pixels are resampled that the crop keeps. With `compat: 'pil'` the pixels are exactly Pillow's; then (value · scale − mean) / std in
 * float32 as `toTensor` rounds it.
 *
 * @param recipe A recipe, one from `compileRecipe`, or the name of a preset: 'imagenet', 'clip' or 'yolo'.
 * @example
 * const input = preprocess(photos, 'imagenet');
 * @throws ShapeError where the results have different sizes; ArgumentError
 */
export function preprocess(
  images: ImageLike | readonly ImageLike[],
  recipe: Recipe | CompiledRecipe | PresetName,
  options?: OutOption,
): Tensor {
  return runImages(prepare(images, recipe, options));
}

/** `preprocess` off the event loop; errors reject the promise. Of each image only what the recipe reads is copied. */
export async function preprocessAsync(
  images: ImageLike | readonly ImageLike[],
  recipe: Recipe | CompiledRecipe | PresetName,
  options?: OutOption & AsyncOptions,
): Promise<Tensor> {
  return runImagesAsync(OPERATOR, options, (given) => prepare(images, recipe, given));
}

function prepare(value: unknown, recipe: unknown, options: unknown): ImageCall<Tensor> {
  const given = readOptions(OPERATOR, options, ['out'] as const);
  const compiled = readRecipe(recipe);
  const { images, batched } = readSizedImages(OPERATOR, value);
  if (images.length === 0) throw new ArgumentError(`${OPERATOR}: images is empty; a tensor needs at least one`);
  const plans = images.map((image, i) => {
    const sources = recipeSources(`${OPERATOR}: images[${i}]`, compiled.channels, image.channels);
    return { image, sources, place: placeImage(image, compiled) };
  });
  const shapes = plans.map(({ sources, place }) => shapeOf(sources.length, place, compiled.layout));
  refuseDifferent(OPERATOR, shapes);
  const { tensor, parts } = tensorResult(OPERATOR, { count: plans.length, batched }, shapes[0], given.out);
  const affineOf = affines(compiled);
  const program = new ImageProgram();
  plans.forEach(({ image, sources, place }, i) => {
    const pixels = appendPixels(program, image, place, compiled);
    const region = { left: 0, top: 0, width: pixels.width, height: pixels.height };
    const flip = { x: false, y: false };
    const geometry = imageToTensorGeometry({ ...pixels }, { sources, region, flip, layout: compiled.layout });
    const y = program.builder.slot(parts[i].length);
    program.builder.step('imageToTensor', geometry, [pixels.slot, program.input(affineOf(pixels.type))], [y]);
    program.output(y, parts[i]);
  });
  return { operator: OPERATOR, program, result: tensor };
}

function readRecipe(recipe: unknown): CompiledRecipe {
  if (recipe instanceof CompiledRecipe) return recipe;
  if (typeof recipe === 'string') {
    return compiledPreset(readWord(`${OPERATOR}: recipe`, recipe, PRESET_NAMES, 'imagenet'));
  }
  if (typeof recipe === 'object' && recipe !== null) return new CompiledRecipe(recipe);
  throw new ArgumentError(`${OPERATOR}: recipe must be a recipe or one of ${PRESET_NAMES.join(', ')}`);
}

const compiledPresets = new Map<PresetName, CompiledRecipe>();

function compiledPreset(name: PresetName): CompiledRecipe {
  const compiled = compiledPresets.get(name) ?? new CompiledRecipe(presets[name]);
  compiledPresets.set(name, compiled);
  return compiled;
}

/** One array for all images of a type, so that a batch has one operand. */
function affines({ normalization, scale }: CompiledRecipe): (type: PixelType) => Float32Array {
  const known = new Map<PixelType, Float32Array>();
  return (type) => {
    const affine = known.get(type) ?? toAffine({ ...normalization, scale: scale ?? 1 / FULL_SCALE[type] });
    known.set(type, affine);
    return affine;
  };
}

/** What an image becomes; known before anything is computed, so that a size which is too large costs nothing. */
function shapeOf(channels: number, { region, margins }: Place, layout: Layout): Shape {
  const height = region.height + margins.top + margins.bottom;
  const width = region.width + margins.left + margins.right;
  return layout === 'NHWC' ? [height, width, channels] : [channels, height, width];
}

/** Appends the steps before the normalisation. */
function appendPixels(
  program: ImageProgram,
  image: Pixels,
  { size, region, margins }: Place,
  recipe: CompiledRecipe,
): PixelSlot {
  const same = size.width === image.width && size.height === image.height;
  const pixels = same
    ? inputPixels(program, image, region)
    : appendResize(
        program,
        image,
        planResize(image, { operator: OPERATOR, size, region, resampling: recipe.resampling }),
      );
  if (!hasMargins(margins)) return pixels;
  const filling =
    recipe.letterbox === undefined
      ? readFilling(OPERATOR, { value: 0 }, image)
      : letterboxFilling(OPERATOR, recipe.letterbox.value, image);
  return appendPad(OPERATOR, program, pixels, margins, filling);
}

interface Place {
  /** What the image is resized to. */
  readonly size: Size;
  /** Which part of that is kept. */
  readonly region: Region;
  readonly margins: Margins;
}

function placeImage(image: Pixels, { letterbox, target, crop }: CompiledRecipe): Place {
  if (letterbox !== undefined) {
    const { size, margins } = placeInLetterbox(letterbox, image);
    return { size, region: { left: 0, top: 0, ...size }, margins };
  }
  const size = target === undefined ? image : sizeFor(OPERATOR, target, image);
  if (crop !== undefined) return { size, ...placeCentre(crop, size) };
  return { size, region: { left: 0, top: 0, width: size.width, height: size.height }, margins: NO_MARGINS };
}
