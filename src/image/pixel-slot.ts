import { IMAGE_PAD_MODES, type ImagePadMode } from '../geometry/records.js';
import { freezeRecord } from '../geometry/window.js';
import type { SlotId } from '../program/step.js';
import type { ImageProgram } from './image-program.js';
import type { PixelType } from './pixel-type.js';
import type { Pixels } from './read-image.js';
import type { Region } from './region.js';

/** An image that a program reads, or makes on its way to a result. */
export interface PixelSlot {
  readonly slot: SlotId;
  readonly type: PixelType;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Values from one row to the next. */
  readonly rowStride: number;
}

/** The region of an image, and no more of its values: an asynchronous call copies them. */
export function inputPixels(program: ImageProgram, image: Pixels, { left, top, width, height }: Region): PixelSlot {
  const { type, channels, rowStride } = image;
  const begin = top * rowStride + left * channels;
  const end = begin + (height - 1) * rowStride + width * channels;
  const slot = program.input(image.data.subarray(begin, end));
  return { slot, type, width, height, channels, rowStride };
}

/** Pixels to add on each side. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const NO_MARGINS: Margins = Object.freeze({ top: 0, bottom: 0, left: 0, right: 0 });

/** What they are filled with; `value` is one number a channel, for mode 'constant'. */
export interface Filling {
  readonly mode: ImagePadMode;
  readonly value: Float32Array;
}

export function hasMargins({ top, bottom, left, right }: Margins): boolean {
  return top + bottom + left + right > 0;
}

/** Appends the step that adds them, or copies where there are none. @throws ShapeError where the result would be too large. */
export function appendPad(
  operator: string,
  program: ImageProgram,
  image: PixelSlot,
  margins: Margins,
  { mode, value }: Filling,
): PixelSlot {
  const { width: inputWidth, height: inputHeight, channels, rowStride, type } = image;
  const height = inputHeight + margins.top + margins.bottom;
  const width = inputWidth + margins.left + margins.right;
  const geometry = freezeRecord(operator, {
    inputHeight,
    inputWidth,
    offset: 0,
    rowStride,
    channels,
    padTop: margins.top,
    padBottom: margins.bottom,
    padLeft: margins.left,
    padRight: margins.right,
    mode: IMAGE_PAD_MODES.indexOf(mode),
  });
  const slot = program.builder.slot(width * height * channels, type);
  program.builder.step('imagePad', geometry, [image.slot, program.input(value)], [slot]);
  return { slot, type, width, height, channels, rowStride: width * channels };
}
