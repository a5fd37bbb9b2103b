import { ArgumentError, UnsupportedError } from '../../errors.js';
import { readFlag, readNumber } from '../../geometry/options.js';
import { describe } from '../../values.js';
import type { Interpolation } from '../resize.js';
import { type ClassDefaults, classOf, type NamedClass } from './hugging-face-classes.js';
import { readFileSize, resizeSteps } from './hugging-face-resize.js';
import { CompiledRecipe, type Recipe } from './recipe.js';

/** Keys that are read here, wherever the class has such a step. */
const READ = new Set([
  'do_resize',
  'size',
  'max_size',
  'resample',
  'do_center_crop',
  'crop_size',
  'do_rescale',
  'rescale_factor',
  'rescale_value',
  'do_normalize',
  'image_mean',
  'image_std',
  'do_flip_channel_order',
  'do_flip_channels',
]);

/** Keys that name things, say where values lie, or are about labels, texts and annotations; none of them changes a pixel. */
const HARMLESS = new Set([
  'image_processor_type',
  'feature_extractor_type',
  'processor_class',
  'image_processor_class',
  '_processor_class',
  '_valid_processor_keys',
  '_valid_kwargs_names',
  'valid_kwargs',
  'model_valid_processing_keys',
  'auto_map',
  'name_or_path',
  'model_input_names',
  'data_format',
  'default_to_square',
  'device',
  'disable_grouping',
  'input_data_format',
  'return_tensors',
  'return_metadata',
  'return_row_col_info',
  // An RGB image is what is decoded anyway.
  'do_convert_rgb',
  // Of segmentation maps, annotations and texts.
  'do_reduce_labels',
  'reduce_labels',
  'format',
  'do_convert_annotations',
  'ignore_index',
  'num_labels',
  'class_info_file',
  'image_seq_length',
  'image_seq_len',
  'num_image_tokens',
  'apply_ocr',
  'ocr_lang',
  'tesseract_config',
]);

/** Keys that some files have beside a step that is off, or that do nothing with these values. */
const IDLE: Readonly<Record<string, (value: unknown, given: Given, defaults: ClassDefaults | undefined) => boolean>> = {
  ensure_multiple_of: (value) => value === 1,
  // DETR's kind makes the images of a batch equally large, and such of other sizes are refused where they are put into one tensor. Others
  // make a square first (LLaVA), or fill up to a size; most know no such step, and pass over its keys.
  do_pad: (_, given, defaults) =>
    isOff(given.pad_size) &&
    (knowsNoPadding(defaults) || (isOff(given.size_divisor) && Object.hasOwn(defaults?.special ?? {}, 'pad_size'))),
  pad_and_return_pixel_mask: (_, given) => isOff(given.pad_size),
  size_divisor: (value, given, defaults) => value === 1 || isOff(given.do_pad) || knowsNoPadding(defaults),
  // PoolFormer's word of old for two steps, which the class does unless it is told otherwise.
  do_resize_and_center_crop: (_, given, defaults) =>
    defaults?.rule === 'poolformer' && isOn(given.do_resize) && isOn(given.do_center_crop),
  pad_size: (_, given) => given.do_pad === false,
  size_divisibility: (value) => value === 0 || value === 1,
  image_grid_pinpoints: isEmpty,
  num_channels: (value) => value === 3,
  rescale_offset: isOff,
  // Bounds of what crop_to_patches would make.
  min_patches: (_, given) => isOff(given.crop_to_patches),
  max_patches: (_, given) => isOff(given.crop_to_patches),
  use_covering_area_grid: (_, given) => isOff(given.crop_to_patches),
  pan_and_scan_min_crop_size: (_, given) => isOff(given.do_pan_and_scan),
  pan_and_scan_max_num_crops: (_, given) => isOff(given.do_pan_and_scan),
  pan_and_scan_min_ratio_to_activate: (_, given) => isOff(given.do_pan_and_scan),
};

/** Keys of some classes alone, and whether a recipe can say what they do. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  crop_pct: ['ConvNext', 'PoolFormer', 'ResNet'],
  include_top: ['EfficientNet'],
  rescale_offset: ['EfficientNet'],
  offset: ['Vivit'],
};

/** FLAVA's second picture and its masks, which a recipe does not make, and which leave the first alone. */
const CODEBOOK = /^(codebook_|mask_group_|total_mask_patches$|input_size_patches$|return_image_mask$)/;

/** Without these nobody knows what a class does that is not known. */
const DECISIVE = ['do_resize', 'do_center_crop', 'do_rescale', 'do_normalize'] as const;
const DETAILS: Readonly<Record<(typeof DECISIVE)[number], readonly string[]>> = {
  do_resize: ['size', 'resample'],
  do_center_crop: ['crop_size'],
  do_rescale: ['rescale_factor'],
  do_normalize: ['image_mean', 'image_std'],
};

/** Pillow's numbers. */
const RESAMPLES: readonly Interpolation[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];
const BILINEAR = 2;

const OPERATOR = 'recipeFromHuggingFace';

/**
 * The recipe that a `preprocessor_config.json` describes: resize, centred crop, factor, mean and std of transformers' image processors, in
 * Pillow's way. What the file leaves out is as in the class that it names, by a table of the classes of transformers 4.57; where it names
 * none, or one that is not known, it has to state all that decides.
 *
 * @param config The file's content, parsed.
 * @throws UnsupportedError that names every key which would change the result and is not understood, a class whose work is no recipe, or
 * the keys that a class which is not known would have to state; ArgumentError
 * @see https://huggingface.co/docs/transformers/main_classes/image_processor
 */
export function recipeFromHuggingFace(config: unknown): Recipe {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ArgumentError(`${OPERATOR}: config must be an object, but got ${describe(config)}`);
  }
  const given = config as Given;
  const named = classOf(processorOf(given));
  if (named.kind === 'peculiar') {
    throw new UnsupportedError(
      `${OPERATOR}: ${named.name} does more than its keys say, which no recipe describes; write the recipe yourself`,
    );
  }
  if (named.kind === 'unknown') refuseIncomplete(given, named);
  refuseUnknownKeys(given, named);
  const file: File = { given, ...named };
  const recipe: Recipe = { ...sizesOf(file), ...normalizationOf(file), ...channelsOf(file) };
  new CompiledRecipe(recipe);
  return Object.freeze(recipe);
}

type Given = Readonly<Record<string, unknown>>;

/** A file's content and its class. */
interface File extends NamedClass {
  readonly given: Given;
}

function isOff(value: unknown): boolean {
  return value === false || value === null || value === undefined;
}

/** Of a step that is done unless its switch is off. */
function isOn(value: unknown): boolean {
  return value === undefined || value === true;
}

function knowsNoPadding(defaults: ClassDefaults | undefined): boolean {
  return defaults !== undefined && !Object.hasOwn(defaults.special, 'do_pad');
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function processorOf({ image_processor_type: image, feature_extractor_type: feature }: Given): string {
  const name = image ?? feature;
  return typeof name === 'string' ? name : '';
}

function refuseIncomplete(given: Given, { name }: NamedClass): void {
  const isThere = (key: string) => given[key] !== undefined && given[key] !== null;
  const missing = DECISIVE.flatMap((key) => {
    if (!isThere(key)) return [key];
    return given[key] === true ? DETAILS[key].filter((detail) => !isThere(detail)) : [];
  });
  if (missing.length === 0) return;
  const who = name === '' ? 'the file names no class of image processor' : `${name} is not known`;
  throw new UnsupportedError(
    `${OPERATOR}: ${who}, so that what it leaves out cannot be known: add image_processor_type, or ${missing.join(', ')}`,
  );
}

function refuseUnknownKeys(given: Given, { name, kind, defaults }: NamedClass): void {
  const unknown = Object.keys(given).filter((key) => {
    if (isOff(given[key]) || READ.has(key) || HARMLESS.has(key)) return false;
    if (Object.hasOwn(IDLE, key) && IDLE[key](given[key], given, defaults)) return false;
    if (Object.hasOwn(SPECIAL, key)) return kind === 'unknown' || !SPECIAL[key].some((one) => name.startsWith(one));
    return !(CODEBOOK.test(key) && name.startsWith('Flava'));
  });
  if (unknown.length === 0) return;
  throw new UnsupportedError(`${OPERATOR}: the keys ${unknown.join(', ')} are not understood`);
}

/** A switch: null is off. */
function switchOf({ given }: File, key: string, usual: boolean): boolean {
  const value = given[key];
  if (value === null) return false;
  return readFlag(`${OPERATOR}: ${key}`, value, usual);
}

/** A value, or the class's own where the file has none. */
function stated({ given }: File, key: string, usual: unknown): unknown {
  return given[key] ?? usual;
}

function sizesOf(file: File): Pick<Recipe, 'resize' | 'interpolation' | 'crop'> {
  const { defaults } = file;
  const crop = cropOf(file);
  if (!switchOf(file, 'do_resize', defaults !== undefined)) return crop;
  const lone = defaults?.lone;
  const value = stated(file, 'size', defaults?.size);
  const size = readFileSize(`${OPERATOR}: size`, withLongest(file, value), lone);
  const share = shareOf(file);
  const steps = resizeSteps(`${OPERATOR}: size`, size, defaults?.rule ?? 'plain', share);
  return { interpolation: interpolationOf(file), ...steps, ...crop };
}

/** `max_size` is what the longest edge was called once. */
function withLongest({ given, defaults }: File, size: unknown): unknown {
  const { max_size: longest } = given;
  if (isOff(longest) || defaults?.lone !== 'detr') return size;
  return typeof size === 'number' ? { shortest_edge: size, longest_edge: longest } : size;
}

function shareOf(file: File): number | undefined {
  const share = stated(file, 'crop_pct', file.given.crop_pct === null ? undefined : file.defaults?.special.crop_pct);
  if (share === undefined) return undefined;
  const number = readNumber(`${OPERATOR}: crop_pct`, share);
  if (number > 0) return number;
  throw new ArgumentError(`${OPERATOR}: crop_pct must be a positive number, but got ${describe(share)}`);
}

function interpolationOf(file: File): Interpolation {
  const { given, fast, defaults } = file;
  const usual = given.resample === null && !fast ? BILINEAR : (defaults?.resample ?? BILINEAR);
  const number = readNumber(`${OPERATOR}: resample`, stated(file, 'resample', usual));
  const interpolation = RESAMPLES[number];
  if (interpolation !== undefined) return interpolation;
  throw new ArgumentError(`${OPERATOR}: resample must be Pillow's 0 to 5, but got ${describe(given.resample)}`);
}

function cropOf(file: File): Pick<Recipe, 'crop'> {
  const { defaults } = file;
  if (!file.crops || !switchOf(file, 'do_center_crop', defaults?.crop?.on ?? false)) return {};
  const side = defaults?.crop?.side;
  const size = readFileSize(`${OPERATOR}: crop_size`, stated(file, 'crop_size', side), 'both');
  if (!('height' in size)) {
    throw new UnsupportedError(`${OPERATOR}: crop_size must be a number or { height, width }`);
  }
  return { crop: { width: size.width, height: size.height, rounding: file.fast ? 'floor' : 'down' } };
}

function normalizationOf(file: File): Pick<Recipe, 'scale' | 'mean' | 'std'> {
  const { defaults } = file;
  const usualFactor = defaults === undefined ? 1 / 255 : defaults.rescaleFactor;
  const rescales = switchOf(file, 'do_rescale', usualFactor !== undefined) && hasStep(file, usualFactor);
  // LayoutLMv3's processor has another word for it, and no ear for the usual one.
  const key = defaults?.special.rescale_value === undefined ? 'rescale_factor' : 'rescale_value';
  const factor = readNumber(`${OPERATOR}: ${key}`, stated(file, key, usualFactor ?? 1));
  const scale = rescales ? factor : 1;
  const offset = rescales && offsets(file) ? 1 : 0;
  const normalize = defaults?.normalize;
  const normalizes = switchOf(file, 'do_normalize', normalize?.on ?? false) && hasStep(file, normalize);
  const mean = normalizes ? (stated(file, 'image_mean', normalize?.mean) as PerChannel) : 0;
  const std = stated(file, 'image_std', normalize?.std) as PerChannel;
  if (normalizes && (mean === undefined || std === undefined)) {
    throw new ArgumentError(`${OPERATOR}: do_normalize needs image_mean and image_std`);
  }
  // How often it is divided by the deviations.
  const divisions = Number(normalizes) + Number(dividesOnceMore(file));
  return {
    scale,
    ...(normalizes || offset !== 0 ? { mean: mapped(mean, (m) => m + offset) } : {}),
    ...(divisions > 0 ? { std: mapped(std, (s) => s ** divisions) } : {}),
  };
}

type PerChannel = number | readonly number[];

/** Whether the class has a step at all: one that has not ignores its keys. */
function hasStep({ defaults }: File, step: unknown): boolean {
  return defaults === undefined || step !== undefined;
}

/** Values from −1 to 1: 1 is subtracted after the factor. */
function offsets(file: File): boolean {
  const special = file.defaults?.special ?? {};
  const key = (['offset', 'rescale_offset'] as const).find((one) => Object.hasOwn(special, one));
  return key !== undefined && switchOf(file, key, special[key] === true);
}

/** EfficientNet's processor divides by the deviations once more for a classifier's top, even where it does not normalise. */
function dividesOnceMore(file: File): boolean {
  const special = file.defaults?.special ?? {};
  return Object.hasOwn(special, 'include_top') && switchOf(file, 'include_top', true);
}

function mapped(values: PerChannel, change: (value: number) => number): PerChannel {
  return Array.isArray(values) ? values.map(change) : change(values as number);
}

function channelsOf(file: File): Pick<Recipe, 'channels'> {
  const { defaults } = file;
  const flips = defaults === undefined ? false : defaults.flips;
  if (flips === undefined) return {};
  const key = file.given.do_flip_channels === undefined ? 'do_flip_channel_order' : 'do_flip_channels';
  return flips === 'always' || switchOf(file, key, flips) ? { channels: 'BGR' } : {};
}
