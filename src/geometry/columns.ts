import { ArgumentError, ShapeError } from '../errors.js';
import { elementCount, formatExtents, formatShape, type Shape } from '../shape.js';
import { type PerAxis, type Rank, readPerAxis, readSides, type SidedPadding } from './axes.js';
import { requireEach } from './checks.js';
import {
  expectedAxes,
  fromChannelsFirst,
  type Image,
  imageShape,
  type Layout,
  readImage,
  readLayout,
  toChannelsFirst,
} from './image.js';
import type { Unchecked } from './options.js';
import type { Plan } from './plan.js';
import type { Im2colGeometry } from './records.js';
import { freezeRecord, mapAxes, outputLength, type SlidingWindow, windowRecord } from './window.js';

/** What im2col and col2im can be told: the window of the convolution in question. */
export interface ColumnsGeometryOptions {
  /** Steps of the window. Default 1. */
  readonly stride?: PerAxis<2> | undefined;
  /** Zeros around the image. Default 0. */
  readonly padding?: SidedPadding<2> | undefined;
  /** Distance of the window's elements. Default 1. */
  readonly dilation?: PerAxis<2> | undefined;
  /** Layout of the image; columns are always [N, C·kh·kw, L]. */
  readonly layout?: Layout | undefined;
}

/** Names of the options of im2col and col2im. */
export const COLUMNS_KEYS = ['stride', 'padding', 'dilation', 'layout', 'out'] as const;

type ColumnsOptions = Unchecked<keyof ColumnsGeometryOptions>;

const RANK: Rank = 2;

/**
 * Every window of the image as a column: [N, C·kh·kw, L].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.unfold
 */
export function planIm2col(
  operator: string,
  x: Shape,
  kernelSize: unknown,
  options: ColumnsOptions = {},
): Plan<'im2col'> {
  const image = readImage(x, RANK, readLayout(operator, options.layout, RANK));
  if (image === undefined || image.channels === 0 || image.spatial.includes(0)) {
    throw new ShapeError(
      `${operator}: ${expectedAxes(operator, RANK)} with only the batch possibly empty, but got input of size: ${formatShape(x)}`,
    );
  }
  const window = readColumnsWindow(operator, kernelSize, image.spatial, options);
  const columns = columnsShape(image, window);
  elementCount(columns, operator);
  return {
    kind: 'im2col',
    geometry: columnsRecord(operator, image, window),
    outputShape: Object.freeze(image.batched ? columns : columns.slice(1)),
    before: toChannelsFirst(image),
  };
}

/** Sizes that col2im takes besides the columns. */
export interface FoldSizes {
  readonly outputSize: unknown;
  readonly kernelSize: unknown;
}

/**
 * The adjoint of im2col: sums columns [N, C·kh·kw, L] into an image [N, C, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.fold
 */
export function planCol2im(
  operator: string,
  x: Shape,
  { outputSize, kernelSize }: FoldSizes,
  options: ColumnsOptions = {},
): Plan<'col2im'> {
  const layout = readLayout(operator, options.layout, RANK);
  const spatial = readPerAxis(`${operator}: outputSize`, outputSize, RANK);
  requireEach(operator, 'outputSize', spatial, (n) => n > 0 || 'output size should be greater than zero');
  const window = readColumnsWindow(operator, kernelSize, spatial, options);
  const image = readFoldedImage(operator, x, layout, window);
  const outputShape = imageShape(image, image.channels, spatial);
  elementCount(outputShape, operator);
  return {
    kind: 'col2im',
    geometry: columnsRecord(operator, image, window),
    outputShape,
    after: fromChannelsFirst(image, image.channels, spatial),
  };
}

function readColumnsWindow(
  operator: string,
  kernelSize: unknown,
  spatial: readonly number[],
  options: ColumnsOptions,
): SlidingWindow {
  if (typeof options.padding === 'string') {
    throw new ArgumentError(`${operator}: padding must be numbers, but got ${JSON.stringify(options.padding)}`);
  }
  const kernel = readPerAxis(`${operator}: kernelSize`, kernelSize, RANK);
  const stride = readPerAxis(`${operator}: stride`, options.stride, RANK, 1);
  const dilation = readPerAxis(`${operator}: dilation`, options.dilation, RANK, 1);
  const padding = readSides(`${operator}: padding`, options.padding, RANK);
  requireEach(operator, 'kernel size', kernel, (k) => k > 0 || 'kernel size should be greater than zero');
  requireEach(operator, 'stride', stride, (s) => s > 0 || 'stride should be greater than zero');
  requireEach(operator, 'dilation', dilation, (d) => d > 0 || 'dilation should be greater than zero');
  requireEach(operator, 'padding', padding.flat(), (p) => p >= 0 || 'negative padding is not supported');
  const axes = { input: spatial, kernel, stride, dilation, padding };
  const output = mapAxes(axes, outputLength);
  if (output.every((length) => length > 0)) return { ...axes, output };
  throw new ShapeError(
    `${operator}: Given input with spatial size ${formatExtents(spatial, ', ')}, kernelSize ${formatShape(kernel)}, ` +
      `dilation ${formatShape(dilation)} and padding ${JSON.stringify(padding)}, calculated shape of the array of ` +
      `sliding blocks as ${formatExtents(output, ', ')}, but its components must be at least one`,
  );
}

function columnsShape(image: Image, { kernel, output }: SlidingWindow): number[] {
  return [image.batch, image.channels * kernel[0] * kernel[1], output[0] * output[1]];
}

function columnsRecord(operator: string, image: Image, window: SlidingWindow): Im2colGeometry {
  const { batch, channels } = image;
  return freezeRecord(operator, { batch, channels, ...windowRecord(operator, window) });
}

function readFoldedImage(operator: string, x: Shape, layout: Layout, { input, kernel, output }: SlidingWindow): Image {
  const batched = x.length === 3;
  const [batch, rows, blocks] = batched ? x : [1, ...x];
  if ((!batched && x.length !== 2) || rows === 0) {
    throw new ShapeError(
      `${operator}: Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero ` +
        `dimensions for input, but got: ${formatShape(x)}`,
    );
  }
  const taps = kernel[0] * kernel[1];
  if (rows % taps !== 0) {
    throw new ShapeError(
      `${operator}: Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got ` +
        `input.size(1)=${rows} and kernelSize ${formatShape(kernel)}`,
    );
  }
  if (blocks !== output[0] * output[1]) {
    throw new ShapeError(
      `${operator}: Given output size ${formatShape(input)} and kernelSize ${formatShape(kernel)}, expected size of ` +
        `input's dimension 2 to match the calculated number of sliding blocks ${output[0]} * ${output[1]} = ` +
        `${output[0] * output[1]}, but got input.size(2)=${blocks}`,
    );
  }
  return { batched, batch, channels: rows / taps, spatial: input, layout };
}
