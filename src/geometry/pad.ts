import { ShapeError } from '../errors.js';
import { elementCount, formatShape } from '../shape.js';
import type { Sides } from './axes.js';
import type { Image } from './image.js';
import { PAD_MODES, type PadGeometry, type PadMode } from './records.js';
import { freezeRecord, paddingRecord, volumeOf } from './window.js';

/** Why a mode cannot pad an axis of `extent` by `width`, or undefined where it can. */
const OBSTACLES: Record<PadMode, (width: number, extent: number) => string | undefined> = {
  zeros: () => undefined,
  replicate: () => undefined,
  reflect: (width, extent) =>
    width < extent ? undefined : 'Padding size should be less than the corresponding input dimension.',
  circular: (width, extent) => (width <= extent ? undefined : 'Padding value causes wrapping around more than once.'),
};

/**
 * The step that pads an image's spatial axes, or undefined where there is nothing to add.
 *
 * @throws ShapeError where the input is too small for the mode.
 * @see torch.nn.functional.pad
 */
export function planPad(
  operator: string,
  image: Image,
  padding: readonly Sides[],
  mode: PadMode,
): PadGeometry | undefined {
  if (padding.every(([before, after]) => before === 0 && after === 0)) return undefined;
  padding.forEach((sides, axis) => {
    const extent = image.spatial[axis];
    const obstacle = OBSTACLES[mode](Math.max(...sides), extent);
    if (obstacle !== undefined) {
      throw new ShapeError(
        `${operator}: ${obstacle} Got padding ${JSON.stringify(sides)} with paddingMode '${mode}' ` +
          `for an axis of input ${formatShape(image.spatial)} that has ${extent} elements`,
      );
    }
  });
  const outer = image.batch * image.channels;
  elementCount([outer, ...image.spatial.map((extent, axis) => extent + padding[axis][0] + padding[axis][1])], operator);
  const [inputDepth, inputHeight, inputWidth] = volumeOf(image.spatial);
  return freezeRecord(operator, {
    outer,
    inputDepth,
    inputHeight,
    inputWidth,
    ...paddingRecord(padding),
    mode: PAD_MODES.indexOf(mode),
  });
}

/** Number of values after padding. */
export function paddedSize(pad: PadGeometry): number {
  const depth = pad.inputDepth + pad.padFront + pad.padBack;
  const height = pad.inputHeight + pad.padTop + pad.padBottom;
  const width = pad.inputWidth + pad.padLeft + pad.padRight;
  return pad.outer * depth * height * width;
}
