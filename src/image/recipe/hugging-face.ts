import { ArgumentError, UnsupportedError } from '../../errors.js';
import { readFlag, readNumber } from '../../geometry/options.js';
import { describe } from '../../values.js';
import type { Interpolation } from '../resize.js';
import { CompiledRecipe, type Recipe } from './recipe.js';

/** Keys that are read here. */
const KNOWN = new Set([
  'do_resize',
  'size',
  'resample',
  'do_center_crop',
  'crop_size',
  'do_rescale',
  'rescale_factor',
  'do_normalize',
  'image_mean',
  'image_std',
  'do_convert_rgb',
  'do_flip_channel_order',
]);

/** Keys that name things, or say where values lie; none of them changes a value. */
const HARMLESS = new Set([
  'image_processor_type',
  'feature_extractor_type',
  'processor_class',
  '_processor_class',
  '_valid_processor_keys',
  'auto_map',
  'data_format',
  'default_to_square',
  'device',
  'disable_grouping',
  'input_data_format',
  'return_tensors',
]);

/** Pillow's numbers. */
const RESAMPLES: readonly Interpolation[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

/** Processors to which a lone number was the shorter side; to all others it is both. */
const SHORTEST_BY_NUMBER = /^(CLIP|ChineseCLIP|Bit|MobileNetV[12]|MobileViT)(Image|Feature)/;

/** Processors that do more, or something else, than their keys say. */
const PECULIAR = /^(Levit|ConvNext|PoolFormer|EfficientNet|Detr|Sam|Perceiver)/i;

/**
 * The recipe that a `preprocessor_config.json` describes: resize, centred crop, factor, mean and std of transformers' image processors, in
 * Pillow's way.
 *
 * @param config The file's content, parsed.
 * @throws UnsupportedError that names every key which would change the result and is not understood; ArgumentError
 * @see https://huggingface.co/docs/transformers/main_classes/image_processor
 */
export function recipeFromHuggingFace(config: unknown): Recipe {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ArgumentError(`recipeFromHuggingFace: config must be an object, but got ${describe(config)}`);
  }
  const given = config as Readonly<Record<string, unknown>>;
  refuseUnknown(given);
  const recipe: Recipe = {
    ...resizeOf(given),
    ...cropOf(given),
    ...normalizationOf(given),
    ...(readSwitch(given, 'do_flip_channel_order', false) ? { channels: 'BGR' as const } : {}),
  };
  new CompiledRecipe(recipe);
  return Object.freeze(recipe);
}

type Given = Readonly<Record<string, unknown>>;

function refuseUnknown(given: Given): void {
  const isOff = (value: unknown) => value === false || value === null || value === undefined;
  const unknown = Object.keys(given).filter((key) => !KNOWN.has(key) && !HARMLESS.has(key) && !isOff(given[key]));
  if (unknown.length > 0) {
    throw new UnsupportedError(`recipeFromHuggingFace: the keys ${unknown.join(', ')} are not understood`);
  }
  if (PECULIAR.test(processorOf(given))) {
    throw new UnsupportedError(
      `recipeFromHuggingFace: ${processorOf(given)} does more than its keys say; write the recipe yourself`,
    );
  }
}

function processorOf(given: Given): string {
  const name = given.image_processor_type ?? given.feature_extractor_type;
  return typeof name === 'string' ? name : '';
}

function readSwitch(given: Given, key: string, fallback: boolean): boolean {
  return readFlag(`recipeFromHuggingFace: ${key}`, given[key] ?? undefined, fallback);
}

function resizeOf(given: Given): Pick<Recipe, 'resize' | 'interpolation'> {
  const { size } = given;
  if (!readSwitch(given, 'do_resize', size !== undefined)) return {};
  const usual = processorOf(given).includes('CLIP') ? 3 : 2;
  const interpolation = RESAMPLES[readNumber('recipeFromHuggingFace: resample', given.resample ?? undefined, usual)];
  if (interpolation === undefined) {
    throw new ArgumentError(
      `recipeFromHuggingFace: resample must be Pillow's 0 to 5, but got ${describe(given.resample)}`,
    );
  }
  return { resize: sizeOf(given, size), interpolation };
}

function sizeOf(given: Given, size: unknown): NonNullable<Recipe['resize']> {
  if (typeof size === 'number') {
    return SHORTEST_BY_NUMBER.test(processorOf(given)) ? { shortest: size } : { width: size, height: size };
  }
  const sides = sidesOf(size);
  if (sides !== undefined) return sides;
  const keys = typeof size === 'object' && size !== null ? Object.keys(size) : [];
  if (keys.length === 1 && keys[0] === 'shortest_edge') {
    return { shortest: readNumber('recipeFromHuggingFace: size: shortest_edge', Object.values(size as object)[0]) };
  }
  throw new UnsupportedError(
    `recipeFromHuggingFace: size must be a number, { shortest_edge } or { height, width }, but got ${describe(size)} ${keys.join(', ')}`,
  );
}

function sidesOf(size: unknown): { readonly width: number; readonly height: number } | undefined {
  if (typeof size !== 'object' || size === null || Object.keys(size).sort().join() !== 'height,width') return undefined;
  return size as { width: number; height: number };
}

function cropOf(given: Given): Pick<Recipe, 'crop'> {
  const { crop_size: size } = given;
  if (!readSwitch(given, 'do_center_crop', false)) return {};
  const sides = typeof size === 'number' ? { width: size, height: size } : sidesOf(size);
  if (sides === undefined) {
    throw new UnsupportedError(
      `recipeFromHuggingFace: crop_size must be a number or { height, width }, but got ${describe(size)}`,
    );
  }
  return { crop: { width: sides.width, height: sides.height, rounding: 'down' } };
}

function normalizationOf(given: Given): Pick<Recipe, 'scale' | 'mean' | 'std'> {
  const rescales = readSwitch(given, 'do_rescale', true);
  const factor = readNumber('recipeFromHuggingFace: rescale_factor', given.rescale_factor ?? undefined, 1 / 255);
  const scale = rescales ? factor : 1;
  const { image_mean: mean, image_std: std } = given;
  if (!readSwitch(given, 'do_normalize', mean !== undefined && mean !== null)) return { scale };
  if (mean === undefined || std === undefined) {
    throw new ArgumentError('recipeFromHuggingFace: do_normalize needs image_mean and image_std');
  }
  return { scale, mean: mean as number[], std: std as number[] };
}
