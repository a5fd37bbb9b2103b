import { type Border, Image } from 'convkit/image';
import { PIXEL_ARRAY_TYPES, type PixelTypeName } from './support.js';

/** Which of `n` places stands at `i`, by walking back from outside one step of the border's rule at a time. */
function source(i: number, n: number, border: Border): number | undefined {
  let at = i;
  while (at < 0 || at >= n) {
    if (border === 'constant') return undefined;
    if (border === 'replicate') at = at < 0 ? 0 : n - 1;
    else if (border === 'wrap') at += at < 0 ? n : -n;
    else if (n === 1) at = 0;
    else if (border === 'reflect101') at = at < 0 ? -at : 2 * (n - 1) - at;
    else at = at < 0 ? -at - 1 : 2 * n - 1 - at;
  }
  return at;
}

export interface Surroundings {
  readonly size: readonly [height: number, width: number];
  readonly anchor?: readonly [y: number, x: number];
  readonly border?: Border;
  readonly borderValue?: number;
}

/** The values of the window around a value, row by row. */
export function windowAt(image: Image, y: number, x: number, c: number, around: Surroundings): number[] {
  const [height, width] = around.size;
  const [top, left] = around.anchor ?? [height >> 1, width >> 1];
  const border = around.border ?? 'reflect101';
  const values: number[] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const row = source(y - top + i, image.height, border);
      const column = source(x - left + j, image.width, border);
      const isOutside = row === undefined || column === undefined;
      values.push(
        isOutside ? (around.borderValue ?? 0) : image.data[(row * image.width + column) * image.channels + c],
      );
    }
  }
  return values;
}

/** An image whose values are a function of the windows around them. */
export function mapWindows(
  image: Image,
  around: Surroundings,
  type: PixelTypeName,
  value: (window: number[]) => number,
): Image {
  const data = new PIXEL_ARRAY_TYPES[type](image.data.length);
  let at = 0;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      for (let c = 0; c < image.channels; c++) data[at++] = value(windowAt(image, y, x, c, around));
    }
  }
  return new Image(data, image.width, image.height, image.channels);
}

/** The nearest whole number that the type holds, halves to even. */
export function saturated(value: number, type: PixelTypeName): number {
  if (type === 'float32') return value;
  const floor = Math.floor(value);
  const rest = value - floor;
  const whole = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  return Math.min(Math.max(whole, 0), type === 'uint8' ? 255 : 65535);
}

/** Σ weight · value in float32, in order, each product rounded first. */
export function weightedSum(window: readonly number[], weights: readonly number[], start = 0): number {
  let sum = Math.fround(start);
  for (const [i, value] of window.entries()) {
    sum = Math.fround(sum + Math.fround(Math.fround(value) * Math.fround(weights[i])));
  }
  return sum;
}

/** Numbers that look random, from −1 to 1, the same each time. */
export function someWeights(count: number, seed = 7): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export const BORDERS = ['reflect101', 'reflect', 'replicate', 'wrap', 'constant'] as const;

/** Around the vectors of every instruction set, smaller than a window, and taller than a band of rows. */
export const SIZES = [
  [1, 1],
  [2, 3],
  [5, 4],
  [23, 6],
  [70, 37],
] as const;
