import { ArgumentError } from '../errors.js';
import { readWord } from '../geometry/options.js';
import { describe } from '../values.js';
import { readSize } from './image.js';
import type { Margins } from './pixel-slot.js';
import type { Region } from './region.js';
import type { Size } from './resize/size.js';

export const CENTRE_ROUNDINGS = ['even', 'down', 'floor'] as const;
/** Where the centre lies if there is a pixel more on one side. */
export type CentreRounding = (typeof CENTRE_ROUNDINGS)[number];

/** Pixels of a square's side, or of each side. */
export type CropSize =
  | number
  | {
      /** In pixels. */
      readonly width: number;
      /** In pixels. */
      readonly height: number;
      /** 'even' (default): where torchvision has the centre; 'down': where transformers has it, one pixel less to the right or below; 'floor': the same, but 0 around a smaller image as torchvision. */
      readonly rounding?: CentreRounding | undefined;
    };

/** A size and a rounding, checked. */
export interface Centre extends Size {
  readonly rounding: CentreRounding;
}

/** @throws ArgumentError, ShapeError */
export function readCentre(context: string, value: unknown): Centre {
  if (typeof value === 'number') {
    const side = readSize(context, value);
    return { width: side, height: side, rounding: 'even' };
  }
  if (typeof value !== 'object' || value === null) {
    throw new ArgumentError(`${context} must be a number or { width, height }, but got ${describe(value)}`);
  }
  const { width, height, rounding } = value as Record<string, unknown>;
  return {
    width: readSize(`${context}: width`, width),
    height: readSize(`${context}: height`, height),
    rounding: readWord(`${context}: rounding`, rounding, CENTRE_ROUNDINGS, 'even'),
  };
}

/** The part of an image that lies in a centred frame, and what of the frame is beyond the image. */
export interface Placement {
  readonly region: Region;
  readonly margins: Margins;
}

export function placeCentre({ width, height, rounding }: Centre, image: Size): Placement {
  const across = placeAxis(image.width, width, rounding);
  const down = placeAxis(image.height, height, rounding);
  return {
    region: { left: across.first, top: down.first, width: across.count, height: down.count },
    margins: { left: across.before, right: across.after, top: down.before, bottom: down.after },
  };
}

function placeAxis(length: number, frame: number, rounding: CentreRounding) {
  if (frame <= length) {
    const half = (length - frame) / 2;
    const first = rounding === 'even' ? roundHalfToEven(half) : Math.floor(half);
    return { first, count: frame, before: 0, after: 0 };
  }
  const beyond = frame - length;
  const before = rounding === 'down' ? Math.ceil(beyond / 2) : Math.floor(beyond / 2);
  return { first: 0, count: length, before, after: beyond - before };
}

/** Python's `round`. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
