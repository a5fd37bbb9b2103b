import { ArgumentError } from '../errors.js';
import type { Unchecked } from '../geometry/options.js';
import { describe } from '../values.js';
import { borderPixel } from './border.js';
import { type AsyncOptions, runImages, runImagesAsync } from './call.js';
import {
  centred,
  type Filtered,
  type ImagesInput,
  prepareWindows,
  resultSlot,
  WINDOW_KEYS,
  type WindowContext,
  type WindowOptions,
  windowGeometry,
} from './window-call.js';

export interface MedianOptions extends WindowOptions {
  /** Rows and columns of the window. Default 3. */
  readonly kernelSize?: 3 | 5 | undefined;
}

const KEYS = [...WINDOW_KEYS, 'kernelSize'] as const;

/**
 * The median of the 3 × 3 or 5 × 5 values around each pixel, channel by channel: takes away specks and keeps edges. Of a window
 * that holds a NaN, one of its values.
 *
 * @throws ArgumentError
 * @see OpenCV's `medianBlur`, whose border is 'replicate'; scipy.ndimage's `median_filter`
 * @example
 * median(image, { kernelSize: 5 });
 */
export function median<Input extends ImagesInput>(images: Input, options?: MedianOptions): Filtered<Input> {
  return runImages(prepareMedian(images, options));
}

/** `median` off the event loop; errors reject the promise. */
export async function medianAsync<Input extends ImagesInput>(
  images: Input,
  options?: MedianOptions & AsyncOptions,
): Promise<Filtered<Input>> {
  return runImagesAsync('median', options, (given) => prepareMedian(images, given));
}

function prepareMedian<Input extends ImagesInput>(images: Input, options: unknown) {
  const operator = 'median';
  const plan = ({ kernelSize = 3 }: Unchecked<'kernelSize'>) => {
    if (kernelSize !== 3 && kernelSize !== 5) {
      throw new ArgumentError(`${operator}: kernelSize must be 3 or 5, but got ${describe(kernelSize)}`);
    }
    return (context: WindowContext) => {
      const { program, image, x, border, type } = context;
      const y = resultSlot(context);
      const geometry = windowGeometry(image, centred([kernelSize, kernelSize]), border);
      program.builder.step('imageMedian', geometry, [x], [y], { scalars: [borderPixel(border, type)] });
      return y;
    };
  };
  return prepareWindows({ operator, keys: KEYS, plan }, images, options);
}
