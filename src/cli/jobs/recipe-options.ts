import { readFile } from 'node:fs/promises';
import { recipeFromHuggingFace } from '../../image/recipe/hugging-face.js';
import { PRESET_NAMES, presets } from '../../image/recipe/presets.js';
import type { Recipe } from '../../image/recipe/recipe.js';
import { messageOf } from '../../thrown.js';
import { choice, list, single, text, type ValueSpec, type Values } from '../options.js';
import { UsageError } from '../usage-error.js';

/** `256`, or `640x480`. */
function size(help: string): ValueSpec<number | { width: number; height: number }, undefined> {
  return {
    value: 'N|WxH',
    expected: 'a number of pixels, or WIDTHxHEIGHT',
    parse: (given) => {
      const match = /^([1-9]\d{0,6})(?:x([1-9]\d{0,6}))?$/.exec(given);
      if (match === null) return undefined;
      return match[2] === undefined ? Number(match[1]) : { width: Number(match[1]), height: Number(match[2]) };
    },
    help,
  };
}

function real(help: string): ValueSpec<number, undefined> {
  return {
    value: 'X',
    expected: 'a number',
    parse: (given) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : undefined),
    help,
  };
}

const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'lanczos', 'area', 'box', 'hamming'] as const;
const PRESET = choice(PRESET_NAMES, { help: 'a recipe of a widespread network' });
const INTERPOLATION = {
  ...choice(INTERPOLATIONS, { help: `how it is resized: ${INTERPOLATIONS.join(', ')}; bilinear by default` }),
  value: 'WORD',
};
const COMPAT = choice(['pil', 'opencv'], { help: 'whose values resizing gives; pil by default' });
const CHANNELS = choice(['RGB', 'BGR', 'grey'], { help: 'channels of the tensors; RGB by default' });
const LAYOUT = choice(['NCHW', 'NHWC'], { help: 'order of the axes; NCHW by default' });

/** What says how images become tensors: one of the first three, or the parts one by one, which also change a preset. */
export const RECIPE_OPTIONS = {
  preset: single(PRESET),
  recipe: single(text('FILE', { help: 'a recipe as JSON, as `preprocess` takes it' })),
  hf: single(text('FILE', { help: "Hugging Face's preprocessor_config.json" })),
  resize: single(size('the shorter side, or both')),
  crop: single(size('the centre of that')),
  letterbox: single(size('in the place of both: resized to fit, the rest filled')),
  interpolation: single(INTERPOLATION),
  compat: single(COMPAT),
  mean: list(real('subtracted from each channel, after scaling to 0 … 1')),
  std: list(real('what each channel is then divided by')),
  scale: single(real('the factor before mean and std; 1/255 for bytes by default')),
  channels: single(CHANNELS),
  layout: single(LAYOUT),
};

/** The recipe that the options describe. @throws UsageError, ArgumentError */
export async function readRecipeOptions(values: Values<typeof RECIPE_OPTIONS>): Promise<Recipe> {
  const { preset, recipe, hf, resize, crop, letterbox, interpolation, compat, mean, std, scale, channels, layout } =
    values;
  const whole = [preset, recipe, hf].filter((one) => one !== undefined);
  if (whole.length > 1) throw new UsageError('--preset, --recipe and --hf each are a whole recipe: give one of them');
  const parts = {
    resize,
    crop,
    letterbox,
    interpolation,
    compat,
    mean: several(mean),
    std: several(std),
    scale,
    channels,
    layout,
  };
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  if (whole.length + given.length === 0) {
    throw new UsageError('expected a recipe: --preset, --recipe, --hf, or parts such as --resize 256 --crop 224');
  }
  return { ...(await wholeRecipe(values)), ...Object.fromEntries(given) };
}

async function wholeRecipe({
  preset,
  recipe,
  hf,
}: Pick<Values<typeof RECIPE_OPTIONS>, 'preset' | 'recipe' | 'hf'>): Promise<Recipe> {
  if (preset !== undefined) return presets[preset] as Recipe;
  if (recipe !== undefined) return (await readJson(recipe)) as Recipe;
  return hf === undefined ? {} : recipeFromHuggingFace(await readJson(hf));
}

async function readJson(path: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new UsageError(`${path}: ${messageOf(error)}`);
  }
  throw new UsageError(`${path}: expected a JSON object`);
}

/** One number for all channels is as good as three. */
function several(values: readonly number[]): number | readonly number[] | undefined {
  return values.length === 0 ? undefined : values.length === 1 ? values[0] : values;
}
