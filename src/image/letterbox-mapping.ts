import type { Margins } from './pixel-slot.js';
import type { Size } from './resize/size.js';

/**
 * A place, in pixels; not a whole number in general.
 *
 * No interface: declarations that a program's compiler writes would have to name that, and cannot.
 *
 * @inline
 */
type Point = {
  /** From the left. */
  readonly x: number;
  /** From the top. */
  readonly y: number;
};

export interface LetterboxFrame extends Size {
  /** Whether smaller images are made larger. */
  readonly scaleUp: boolean;
}

/** Where the pixels of a letterboxed image come from. */
export class LetterboxMapping {
  /** Pixels of the frame for one of the image. */
  readonly scale: number;
  /** Pixels of the frame to the left of the image. */
  readonly left: number;
  /** And above it. */
  readonly top: number;

  constructor(scale: number, left: number, top: number) {
    this.scale = scale;
    this.left = left;
    this.top = top;
  }

  /** A point of the frame, in pixels of the image. It may lie outside. */
  toSource(x: number, y: number): Point {
    return { x: (x - this.left) / this.scale, y: (y - this.top) / this.scale };
  }

  /** A point of the image, in pixels of the frame. */
  fromSource(x: number, y: number): Point {
    return { x: x * this.scale + this.left, y: y * this.scale + this.top };
  }
}

export interface LetterboxPlace {
  /** What the image is resized to. */
  readonly size: Size;
  readonly margins: Margins;
  readonly mapping: LetterboxMapping;
}

/** Where an image goes, by YOLO's rules of rounding. */
export function placeInLetterbox(frame: LetterboxFrame, image: Size): LetterboxPlace {
  const fit = Math.min(frame.width / image.width, frame.height / image.height);
  const scale = frame.scaleUp ? fit : Math.min(fit, 1);
  const size = { width: sideOf(image.width * scale), height: sideOf(image.height * scale) };
  const [left, right] = halves(frame.width - size.width);
  const [top, bottom] = halves(frame.height - size.height);
  return { size, margins: { left, right, top, bottom }, mapping: new LetterboxMapping(scale, left, top) };
}

/** Halves to even, as Python's `round`; never without a pixel. */
function sideOf(length: number): number {
  const floor = Math.floor(length);
  const up = length - floor > 0.5 || (length - floor === 0.5 && floor % 2 === 1);
  return Math.max(floor + Number(up), 1);
}

/** The odd pixel comes last. */
function halves(rest: number): readonly [before: number, after: number] {
  return [Math.floor(rest / 2), Math.ceil(rest / 2)];
}
