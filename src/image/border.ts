import { ArgumentError } from '../errors.js';
import { readNumber, readWord, type Unchecked } from '../geometry/options.js';
import { BORDERS } from '../geometry/records.js';
import { FULL_SCALE, type PixelType } from './pixel-type.js';

/**
 * How an image goes on beyond its edges, here for a row `abcd`:
 *
 * | | | OpenCV | scipy.ndimage |
 * | --- | --- | --- | --- |
 * | 'reflect101' | `dcb│abcd│cba` | `BORDER_REFLECT_101` (its default) | `mirror` |
 * | 'reflect' | `cba│abcd│dcb` | `BORDER_REFLECT` | `reflect` (its default) |
 * | 'replicate' | `aaa│abcd│ddd` | `BORDER_REPLICATE` | `nearest` |
 * | 'wrap' | `bcd│abcd│abc` | `BORDER_WRAP` | `wrap` |
 * | 'constant' | `vvv│abcd│vvv` | `BORDER_CONSTANT` | `constant` |
 *
 * An image may be smaller than what it is filtered with: reflections go on to and fro.
 */
export type Border = (typeof BORDERS)[number];

/** What a filter reads beyond the edges of an image. */
export interface BorderOptions {
  /** Default 'reflect101'. */
  readonly border?: Border | undefined;
  /** The value of every channel beyond the edges, with border 'constant'. Default 0. */
  readonly borderValue?: number | undefined;
}

export const BORDER_KEYS = ['border', 'borderValue'] as const;

export interface BorderRecord {
  /** An index into BORDERS. */
  readonly mode: number;
  readonly value: number;
}

/** @throws ArgumentError */
export function readBorder(operator: string, options: Unchecked<(typeof BORDER_KEYS)[number]>): BorderRecord {
  const border = readWord(`${operator}: border`, options.border, BORDERS, 'reflect101');
  const value = readNumber(`${operator}: borderValue`, options.borderValue, 0);
  if (!Number.isFinite(value)) throw new ArgumentError(`${operator}: borderValue must be finite, but got ${value}`);
  if (options.borderValue !== undefined && border !== 'constant') {
    throw new ArgumentError(`${operator}: borderValue goes with border 'constant', but border is '${border}'`);
  }
  return { mode: BORDERS.indexOf(border), value };
}

/** The border's value as one that pixels of the type can have. */
export function borderPixel({ value }: BorderRecord, type: PixelType): number {
  return type === 'float32' ? value : Math.min(Math.max(Math.round(value), 0), FULL_SCALE[type]);
}
