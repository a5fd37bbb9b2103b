import type { Sharp } from 'sharp';

export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Planes {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export interface BestClass {
  readonly index: number;
  readonly probability: number;
}

export const MODELS: { readonly detector: string; readonly recogniser: string; readonly classifier: string };
export const LINES: readonly string[];
export const PICTURE_FILE: string;
export const GOLDEN_FILE: string;
export function drawPicture(): Sharp;
export function readPixels(picture: Sharp): Promise<Pixels>;
export function detectorInput(pixels: Pixels): Planes;
export function recogniserInput(pixels: Pixels, line: number): Planes;
export function classifierInput(pixels: Pixels, line: number): Planes;
export function turnedAround(planes: Planes): Planes;
export function blockMeans(plane: Float32Array, width: number): number[];
export function bestClasses(probabilities: Float32Array, classes: number): BestClass[];
export function textOf(classes: readonly BestClass[]): string;
