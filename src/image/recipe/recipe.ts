import { ArgumentError, ShapeError } from '../../errors.js';
import type { Layout } from '../../geometry/image.js';
import { readOptions, readWord } from '../../geometry/options.js';
import { describe } from '../../values.js';
import { NORMALIZE_KEYS, type NormalizeOptions, readNormalization } from '../affine.js';
import { type Centre, type CropSize, readCentre } from '../centre.js';
import { readLetterbox } from '../letterbox.js';
import type { LetterboxFrame } from '../letterbox-mapping.js';
import type { Resampling } from '../resize/plan.js';
import { readBoundedSize, readTargetSize, type TargetSize } from '../resize/size.js';
import { RESAMPLING_KEYS, type ResamplingOptions, readResampling } from '../resize.js';

/** What the channels of the tensor are: of a colour image without its alpha, or of a grey one repeated; 'grey' is for grey images. */
export const RECIPE_CHANNELS = ['RGB', 'BGR', 'grey'] as const;
/** Order of the tensor's channels: of a colour image without its alpha, or of a grey one repeated; 'grey' is for grey images. */
export type RecipeChannels = (typeof RECIPE_CHANNELS)[number];

/** How a network wants its images, as data. What is left out is not done; everything is done in this order. */
export interface Recipe extends ResamplingOptions, NormalizeOptions {
  /**
   * A number or `{ shortest }` is the shorter side, as torchvision rounds the other one. With `longest` both become smaller where the
   * longer one would be more than that, as DETR's images; with `multipleOf` sides are then rounded down to multiples.
   */
  readonly resize?:
    | number
    | {
        /** In pixels; the aspect ratio may change. */
        readonly width: number;
        /** In pixels. */
        readonly height: number;
      }
    | {
        /** Pixels of the shorter side. */
        readonly shortest: number;
        /** Pixels that the longer side has at most. */
        readonly longest?: number | undefined;
        /** What both sides are then divisible by. */
        readonly multipleOf?: number | undefined;
      }
    | undefined;
  /** The centre of that; 0 around it where it is smaller. */
  readonly crop?: CropSize | undefined;
  /** In the place of both: resized to fit, the rest filled with `value`, 114 of 255 where left out. A number is the side of a square. */
  readonly letterbox?:
    | number
    | {
        /** Of the frame, in pixels. */
        readonly width: number;
        /** Of the frame, in pixels. */
        readonly height: number;
        /** What is around the image: one value, or one a channel. */
        readonly value?: number | readonly number[] | undefined;
        /** Whether smaller images are made larger. Default true. */
        readonly scaleUp?: boolean | undefined;
      }
    | undefined;
  /** Default 'RGB'. Means and stds are in the tensor's order. */
  readonly channels?: RecipeChannels | undefined;
  /** 'NCHW' (default) or 'NHWC'. */
  readonly layout?: Layout | undefined;
}

const KEYS = ['resize', 'crop', 'letterbox', ...RESAMPLING_KEYS, ...NORMALIZE_KEYS, 'channels', 'layout'] as const;

/** A recipe that was checked, by `compileRecipe`. */
export class CompiledRecipe {
  /** @internal */
  readonly target: TargetSize | undefined;
  /** @internal */
  readonly crop: Centre | undefined;
  /** @internal */
  readonly letterbox: (LetterboxFrame & { readonly value: unknown }) | undefined;
  /** @internal */
  readonly resampling: Resampling;
  /** Order of the tensor's channels. */
  readonly channels: RecipeChannels;
  /** Order of the tensor's axes. */
  readonly layout: Layout;
  /** The factor is 1 where the pixels' type will tell it. @internal */
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** @internal */
  readonly scale: number | undefined;

  /** @throws ShapeError, ArgumentError @internal */
  constructor(recipe: unknown) {
    const operator = 'recipe';
    const given = readOptions(operator, recipe, KEYS);
    this.resampling = readResampling(operator, given, given.letterbox === undefined ? 'pil' : 'opencv');
    this.channels = readWord(`${operator}: channels`, given.channels, RECIPE_CHANNELS, 'RGB');
    this.layout = readWord<Layout>(`${operator}: layout`, given.layout, ['NCHW', 'NHWC'], 'NCHW');
    const { scale, mean, std } = readNormalization(operator, given, this.channels === 'grey' ? 1 : 3, 1);
    this.normalization = { mean, std };
    this.scale = given.scale === undefined ? undefined : scale;
    if (given.letterbox !== undefined && (given.resize !== undefined || given.crop !== undefined)) {
      throw new ArgumentError(`${operator}: letterbox stands in the place of resize and crop; leave these out`);
    }
    this.target = given.resize === undefined ? undefined : readResize(`${operator}: resize`, given.resize);
    this.crop = given.crop === undefined ? undefined : readCentre(`${operator}: crop`, given.crop);
    this.letterbox = given.letterbox === undefined ? undefined : readFrame(`${operator}: letterbox`, given.letterbox);
    Object.freeze(this);
  }
}

/**
 * Checks a recipe, so that `preprocess` need not do it again for every call.
 *
 * @throws ShapeError, ArgumentError
 */
export function compileRecipe(recipe: Recipe): CompiledRecipe {
  return new CompiledRecipe(recipe);
}

function readResize(context: string, value: unknown): TargetSize {
  if (typeof value === 'number') return readTargetSize(context, { size: value });
  const given = readOptions(context, value, ['width', 'height', 'shortest', 'longest', 'multipleOf'] as const);
  const { width, height, shortest, longest, multipleOf } = given;
  const sides = [width, height].filter((side) => side !== undefined).length;
  const bounded = longest !== undefined || multipleOf !== undefined;
  if (shortest === undefined ? sides !== 2 || bounded : sides !== 0) {
    throw new ArgumentError(
      `${context} must be a number, { width, height } or { shortest }, but got ${describe(value)}`,
    );
  }
  if (bounded) return readBoundedSize(context, { shortest, longest, multipleOf });
  return readTargetSize(context, { size: shortest, width, height });
}

function readFrame(context: string, value: unknown): LetterboxFrame & { readonly value: unknown } {
  if (typeof value === 'number') return readLetterbox(context, { width: value, height: value });
  return readLetterbox(context, readOptions(context, value, ['width', 'height', 'value', 'scaleUp'] as const));
}

/** For each channel of the tensor the channel of the image that it is. @throws ShapeError where a colour image should be grey. */
export function recipeSources(context: string, wanted: RecipeChannels, channels: number): readonly number[] {
  const isGrey = channels <= 2;
  if (wanted === 'grey') {
    if (isGrey) return [0];
    throw new ShapeError(`${context} has ${channels} channels, but the recipe is for grey images`);
  }
  if (isGrey) return [0, 0, 0];
  return wanted === 'RGB' ? [0, 1, 2] : [2, 1, 0];
}
