import { ArgumentError, ShapeError } from '../errors.js';
import { readNumber } from '../geometry/options.js';

/** What makes a network's values of pixels: (x · scale − mean) / std. */
export interface NormalizeOptions {
  /** A factor before mean and std; left out, it maps uint8 and uint16 to 0 … 1 and leaves float32 as it is. */
  readonly scale?: number | undefined;
  /** One value, or one a channel of the result, in units of the scaled values. Default 0. */
  readonly mean?: number | readonly number[] | undefined;
  /** One value, or one a channel. Default 1. */
  readonly std?: number | readonly number[] | undefined;
}

export const NORMALIZE_KEYS = ['scale', 'mean', 'std'] as const;

type Unread = { readonly [Key in (typeof NORMALIZE_KEYS)[number]]?: unknown };

/** (x · scale − mean) / std of each channel. */
export interface Normalization {
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** @throws ArgumentError, ShapeError */
export function readNormalization(operator: string, options: Unread, channels: number, scale: number): Normalization {
  const mean = readPerChannel(`${operator}: mean`, options.mean, channels, 0);
  const std = readPerChannel(`${operator}: std`, options.std, channels, 1);
  if (std.includes(0)) throw new ArgumentError(`${operator}: std must not be 0`);
  const factor = readNumber(`${operator}: scale`, options.scale, scale);
  if (factor === 0) throw new ArgumentError(`${operator}: scale must not be 0`);
  return { scale: factor, mean, std };
}

/** As the `affine` operand of imageToTensor: factors, then summands. */
export function toAffine({ scale, mean, std }: Normalization): Float32Array {
  return Float32Array.from([...std.map((s) => scale / s), ...std.map((s, c) => -mean[c] / s)]);
}

/** The way back, for tensorToImage. */
export function fromAffine({ scale, mean, std }: Normalization): Float32Array {
  return Float32Array.from([...std.map((s) => s / scale), ...mean.map((m) => m / scale)]);
}

function readPerChannel(context: string, value: unknown, channels: number, fallback: number): readonly number[] {
  if (!Array.isArray(value)) return new Array<number>(channels).fill(readNumber(context, value, fallback));
  if (value.length !== channels) {
    throw new ShapeError(
      `${context} must be one number, or one for each of ${channels} channels, but got ${value.length}`,
    );
  }
  return value.map((one, c) => readNumber(`${context}[${c}]`, one));
}
