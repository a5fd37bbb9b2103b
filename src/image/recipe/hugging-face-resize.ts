import { ArgumentError, UnsupportedError } from '../../errors.js';
import { describe } from '../../values.js';
import type { LoneSize, SizeRule } from './hugging-face-classes.js';
import type { Recipe } from './recipe.js';

/** A size, in one of the ways in which files say it. */
export type FileSize =
  | { readonly height: number; readonly width: number }
  | { readonly shortest_edge: number; readonly longest_edge?: number | undefined };

/** What DETR's processors take for the longest edge where a lone number is the size. */
const USUAL_LONGEST = 1333;

/** ConvNeXT's processor crops below this side, and resizes to the square from it on. */
const CONVNEXT_SQUARE = 384;

/** LeViT's processor resizes to this share of the size, and crops later. */
const LEVIT_SHARE = 256 / 224;

/** YOLOS' processor takes sides down to multiples of a patch. */
const YOLOS_PATCH = 16;

/**
 * A size as transformers' `get_size_dict` reads it: a number as its class takes it, a list as [height, width], or an object.
 *
 * @throws ArgumentError, UnsupportedError
 */
export function readFileSize(context: string, value: unknown, lone: LoneSize | undefined): FileSize {
  if (typeof value === 'number') return loneSize(context, value, lone);
  if (Array.isArray(value) && value.length === 2) {
    return { height: readSide(context, value[0]), width: readSide(context, value[1]) };
  }
  const given = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const sides = given as Record<string, unknown>;
  const keys = Object.keys(sides).sort().join();
  const side = (key: string) => readSide(`${context}: ${key}`, sides[key]);
  if (keys === 'height,width') return { height: side('height'), width: side('width') };
  if (keys === 'shortest_edge') return { shortest_edge: side('shortest_edge') };
  if (keys === 'longest_edge,shortest_edge') {
    return { shortest_edge: side('shortest_edge'), longest_edge: side('longest_edge') };
  }
  throw new UnsupportedError(
    `${context} must be a number, [height, width], { height, width }, { shortest_edge } or { shortest_edge, longest_edge }, but got ${describe(value)} ${keys}`,
  );
}

function loneSize(context: string, value: number, lone: LoneSize | undefined): FileSize {
  const side = readSide(context, value);
  switch (lone) {
    case 'both':
      return { height: side, width: side };
    case 'shortest':
      return { shortest_edge: side };
    case 'detr':
      return { shortest_edge: side, longest_edge: USUAL_LONGEST };
    default:
      throw new UnsupportedError(
        `${context}: ${side} may be both sides or the shorter one, which depends on a class that is not known: write { height, width } or { shortest_edge }`,
      );
  }
}

function readSide(context: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new ArgumentError(`${context} must be a positive integer, but got ${describe(value)}`);
}

/** The resize, and the crop that belongs to it where the class has one of its own. */
export interface ResizeSteps {
  readonly resize: NonNullable<Recipe['resize']>;
  readonly crop?: Recipe['crop'];
}

/** What a class does with a size. @throws UnsupportedError */
export function resizeSteps(context: string, size: FileSize, rule: SizeRule, share: number | undefined): ResizeSteps {
  switch (rule) {
    case 'convnext':
      return convNextSteps(context, size, share ?? 224 / 256);
    case 'poolformer':
      return { resize: share === undefined ? plain(size) : enlarged(size, share) };
    case 'levit':
      if ('height' in size) return { resize: plain(size) };
      return { resize: { shortest: Math.trunc(LEVIT_SHARE * size.shortest_edge) } };
    case 'yolos':
      if ('height' in size) return { resize: plain(size) };
      return { resize: { ...shortestOf(size), multipleOf: YOLOS_PATCH } };
    case 'plain':
      return { resize: plain(size) };
  }
}

function plain(size: FileSize): NonNullable<Recipe['resize']> {
  return 'height' in size ? { width: size.width, height: size.height } : shortestOf(size);
}

function shortestOf(size: Exclude<FileSize, { height: number }>) {
  const { shortest_edge: shortest, longest_edge: longest } = size;
  return longest === undefined ? { shortest } : { shortest, longest };
}

/** To size / crop_pct, and then the centre; without the crop from 384 on. */
function convNextSteps(context: string, size: FileSize, share: number): ResizeSteps {
  if ('height' in size) {
    throw new UnsupportedError(`${context}: ConvNeXT's processor takes { shortest_edge }, but got { height, width }`);
  }
  const { shortest_edge: side } = size;
  if (side >= CONVNEXT_SQUARE) return { resize: { width: side, height: side } };
  const crop = { width: side, height: side, rounding: 'down' } as const;
  return { resize: { shortest: Math.trunc(side / share) }, crop };
}

function enlarged(size: FileSize, share: number): NonNullable<Recipe['resize']> {
  const larger = (side: number) => Math.trunc(side / share);
  if (!('height' in size)) return { shortest: larger(size.shortest_edge) };
  if (size.height === size.width) return { shortest: larger(size.height) };
  return { width: larger(size.width), height: larger(size.height) };
}
