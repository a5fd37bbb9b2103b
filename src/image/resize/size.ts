import { ArgumentError } from '../../errors.js';
import { roundHalfToEven } from '../centre.js';
import { readSize } from '../image.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What an image is resized to, checked: whatever its own size. */
export type TargetSize =
  | { readonly kind: 'exact'; readonly width: number; readonly height: number }
  | { readonly kind: 'shorter' | 'width' | 'height'; readonly side: number }
  | { readonly kind: 'bounded'; readonly shortest: number; readonly longest: number; readonly multipleOf: number };

/** @throws ArgumentError where the options say no size, or two; ShapeError */
export function readTargetSize(
  operator: string,
  { size, width, height }: { readonly size?: unknown; readonly width?: unknown; readonly height?: unknown },
): TargetSize {
  const sides = [width, height].filter((side) => side !== undefined).length;
  if ((size === undefined) === (sides === 0)) {
    throw new ArgumentError(
      `${operator}: the options must say either size, the shorter side, or width, height or both`,
    );
  }
  if (size !== undefined) return { kind: 'shorter', side: readSize(`${operator}: size`, size) };
  if (height === undefined) return { kind: 'width', side: readSize(`${operator}: width`, width) };
  if (width === undefined) return { kind: 'height', side: readSize(`${operator}: height`, height) };
  return {
    kind: 'exact',
    width: readSize(`${operator}: width`, width),
    height: readSize(`${operator}: height`, height),
  };
}

/** The shorter side, unless the longer one would be more than `longest`. @throws ArgumentError, ShapeError */
export function readBoundedSize(
  context: string,
  { shortest, longest, multipleOf }: { shortest: unknown; longest: unknown; multipleOf: unknown },
): TargetSize {
  return {
    kind: 'bounded',
    shortest: readSize(`${context}: shortest`, shortest),
    longest: longest === undefined ? Number.POSITIVE_INFINITY : readSize(`${context}: longest`, longest),
    multipleOf: multipleOf === undefined ? 1 : readSize(`${context}: multipleOf`, multipleOf),
  };
}

/** The size that an image gets. @throws ShapeError where a side would be too long. */
export function sizeFor(operator: string, target: TargetSize, { width, height }: Size): Size {
  if (target.kind === 'exact') return { width: target.width, height: target.height };
  const wanted =
    target.kind === 'bounded'
      ? bounded(target, { width, height })
      : keepingAspect(target.kind, target.side, { width, height });
  return {
    width: readSize(`${operator}: width of a result`, wanted.width),
    height: readSize(`${operator}: height of a result`, wanted.height),
  };
}

/** As transformers has it for DETR: the bound on the longer side is kept before either is rounded. */
function bounded({ shortest, longest, multipleOf }: Extract<TargetSize, { kind: 'bounded' }>, image: Size): Size {
  const [least, most] = [Math.min(image.width, image.height), Math.max(image.width, image.height)];
  const exceeds = (most / least) * shortest > longest;
  const exact = exceeds ? (longest * least) / most : shortest;
  const down = (side: number) => Math.trunc(side) - (Math.trunc(side) % multipleOf);
  const short = roundHalfToEven(exact);
  const long = (side: number) => (short === least ? most : Math.trunc((exact * side) / least));
  const [width, height] = image.width < image.height ? [short, long(image.height)] : [long(image.width), short];
  return { width: down(width), height: down(height) };
}

function keepingAspect(kind: 'shorter' | 'width' | 'height', side: number, { width, height }: Size): Size {
  // torchvision's rule: what is more than a whole pixel is dropped.
  if (kind === 'shorter') {
    if (width <= height) return { width: side, height: Math.max(Math.trunc((side * height) / width), 1) };
    return { width: Math.max(Math.trunc((side * width) / height), 1), height: side };
  }
  const nearest = (other: number, own: number) => Math.max(Math.round((side * other) / own), 1);
  if (kind === 'width') return { width: side, height: nearest(height, width) };
  return { width: nearest(width, height), height: side };
}
