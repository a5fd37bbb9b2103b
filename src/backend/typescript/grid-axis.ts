import type { GRID_MODES, GRID_PADDING_MODES } from '../../geometry/records.js';
import { roundHalfToEven } from './unary-functions.js';

export type GridMode = (typeof GRID_MODES)[number];
export type GridPadding = (typeof GRID_PADDING_MODES)[number];

export interface GridAxisOptions {
  readonly size: number;
  readonly mode: GridMode;
  readonly padding: GridPadding;
  readonly alignCorners: boolean;
}

/** In `places`: nothing is read there, because the place is outside of the image. */
export const OUTSIDE = -1;

const TAPS: Readonly<Record<GridMode, number>> = { nearest: 1, bilinear: 2, bicubic: 4 };

/** Beyond this float32 knows no single pixels any more; a point at infinity has no fraction to weigh. */
const FAR = 1e9;

/** The shape parameter of the cubic kernel. */
const A = -0.75;

/** One axis of an image that is read between its pixels: which pixels a coordinate reads, and their weights. */
export class GridAxis {
  readonly taps: number;
  readonly places: Int32Array;
  readonly weights: Float64Array;
  readonly #options: GridAxisOptions;
  /** The image's edges, which reflection folds at. */
  readonly #low: number;
  readonly #high: number;

  constructor(options: GridAxisOptions) {
    this.#options = options;
    this.#low = options.alignCorners ? 0 : -0.5;
    this.#high = options.alignCorners ? options.size - 1 : options.size - 0.5;
    this.taps = TAPS[options.mode];
    this.places = new Int32Array(this.taps);
    this.weights = new Float64Array(this.taps);
  }

  /** Finds places and weights of a coordinate from −1 to 1. One that is NaN reads nothing. */
  locate(coordinate: number): void {
    const { size, mode } = this.#options;
    const position = this.#positionOf(coordinate);
    // Rounded before it is padded, as in ONNX: which pixel a half falls to does not depend on the padding.
    const padded = this.#pad(mode === 'nearest' ? roundHalfToEven(position) : position);
    const floor = Math.floor(padded);
    const fraction = padded - floor;
    const first = mode === 'bicubic' ? floor - 1 : floor;
    for (let tap = 0; tap < this.taps; tap++) {
      const place = this.#padTap(first + tap);
      this.places[tap] = place >= 0 && place < size ? place : OUTSIDE;
    }
    if (mode === 'nearest') this.weights[0] = 1;
    else if (mode === 'bilinear') linearWeights(fraction, this.weights);
    else cubicWeights(fraction, this.weights);
  }

  /** In float32 as in the native core, so that points far away, which round to other pixels, are the same ones. */
  #positionOf(coordinate: number): number {
    const { size, alignCorners } = this.#options;
    const place = Math.fround(coordinate + 1);
    if (alignCorners) return Math.fround((place / 2) * (size - 1));
    return Math.fround(Math.fround(place * size) - 1) / 2;
  }

  /** Only reflection moves the point itself. At the border it is the pixels read that are moved, each by itself. */
  #pad(position: number): number {
    const near = Math.max(-FAR, Math.min(FAR, position));
    if (this.#options.padding !== 'reflection') return near;
    // Reflecting what is infinite never ends.
    return Number.isFinite(position) ? this.#reflect(near) : Number.NaN;
  }

  #padTap(place: number): number {
    const { size, padding } = this.#options;
    if (padding === 'zeros') return place;
    return padding === 'border' ? clamp(place, size - 1) : Math.trunc(this.#reflect(place));
  }

  #reflect(position: number): number {
    if ((position >= this.#low && position <= this.#high) || Number.isNaN(position)) return position;
    const length = this.#high - this.#low;
    if (length === 0) return this.#low;
    const beyond = position < this.#low ? this.#low - position : position - this.#high;
    const folds = Math.floor(beyond / length);
    const rest = beyond - folds * length;
    return position < this.#low === (folds % 2 === 0) ? this.#low + rest : this.#high - rest;
  }
}

function clamp(position: number, last: number): number {
  return position < 0 ? 0 : position > last ? last : position;
}

function linearWeights(fraction: number, weights: Float64Array): void {
  weights[0] = 1 - fraction;
  weights[1] = fraction;
}

function cubicWeights(fraction: number, weights: Float64Array): void {
  weights[0] = cubicFar(fraction + 1);
  weights[1] = cubicNear(fraction);
  weights[2] = cubicNear(1 - fraction);
  weights[3] = cubicFar(2 - fraction);
}

/** The cubic kernel at a distance of at most 1. */
function cubicNear(d: number): number {
  return ((A + 2) * d - (A + 3)) * d * d + 1;
}

/** The cubic kernel at a distance from 1 to 2. */
function cubicFar(d: number): number {
  return ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;
}
