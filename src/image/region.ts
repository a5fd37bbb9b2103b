import { ArgumentError, ShapeError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { describe } from '../values.js';
import { readSize } from './image.js';

/** A part of an image, in pixels. */
export interface Region {
  /** Columns of the image to the left of it. */
  readonly left: number;
  /** Rows of the image above it. */
  readonly top: number;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** The region, or the whole image where there is none. @throws ShapeError where it is not inside the image. */
export function readRegion(context: string, value: unknown, image: { width: number; height: number }): Region {
  if (value === undefined || value === null) return { left: 0, top: 0, width: image.width, height: image.height };
  if (typeof value !== 'object') {
    throw new ArgumentError(`${context} must be { left, top, width, height }, but got ${describe(value)}`);
  }
  const given = value as Record<keyof Region, unknown>;
  const left = readInteger(`${context}: left`, given.left);
  const top = readInteger(`${context}: top`, given.top);
  const width = readSize(`${context}: width`, given.width);
  const height = readSize(`${context}: height`, given.height);
  if (left < 0 || top < 0 || left + width > image.width || top + height > image.height) {
    throw new ShapeError(
      `${context}: ${width} × ${height} pixels at (${left}, ${top}) are not inside an image of ${image.width} × ${image.height}`,
    );
  }
  return { left, top, width, height };
}
