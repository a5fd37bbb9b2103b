import type { Sharp } from 'sharp';
import type { Pixels } from '../../examples/text/picture.ts';
import type { BestClass } from '../../examples/text/recogniser.ts';

export { readPixels } from '../../examples/text/picture.ts';
export { bestClasses } from '../../examples/text/recogniser.ts';
export type { BestClass, Pixels };

export interface Planes {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export const MODELS: { readonly detector: string; readonly recogniser: string; readonly classifier: string };
export const LINES: readonly string[];
export const PICTURE_FILE: string;
export const GOLDEN_FILE: string;
export function lineRegion(line: number): { left: number; top: number; width: number; height: number };
export function drawPicture(): Sharp;
export function detectorInput(pixels: Pixels): Planes;
export function recogniserInput(pixels: Pixels, line: number): Planes;
export function classifierInput(pixels: Pixels, line: number): Planes;
export function turnedAround(planes: Planes): Planes;
export function blockMeans(plane: Float32Array, width: number): number[];
export function textOf(classes: readonly BestClass[]): string;
