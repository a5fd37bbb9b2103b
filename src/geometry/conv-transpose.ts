import { ShapeError, UnsupportedError } from '../errors.js';
import { type ActivationRecord, type Algorithm, IDENTITY } from '../program/step.js';
import { elementCount, formatExtents, formatShape } from '../shape.js';
import { readTransposeAlgorithm } from './algorithm.js';
import { type PerAxis, type Rank, readPerAxis } from './axes.js';
import { checkFusedOperands, type FusedShapes, requireEach } from './checks.js';
import { type ConvSetup, type ConvWindowOptions, mapSetup, readConvSetup, readConvWindow } from './conv-setup.js';
import { batchedShape, fromChannelsFirst, imageShape, otherLayout, toChannelsFirst } from './image.js';
import { readWord, type Unchecked } from './options.js';
import type { Plan } from './plan.js';
import { PAD_MODES } from './records.js';
import { freezeRecord, windowExtent, windowRecord } from './window.js';

/** What a transposed convolution can be told besides its tensors. */
export interface ConvTransposeGeometryOptions<R extends Rank> extends ConvWindowOptions<R> {
  /** Rows and columns added at the end of the output, fewer than stride or dilation. Default 0. */
  readonly outputPadding?: PerAxis<R> | undefined;
  /** Only 'zeros'. */
  readonly paddingMode?: 'zeros' | undefined;
  /** Default 'auto': as it is, there is one for transposed convolutions. */
  readonly algorithm?: Extract<Algorithm, 'auto' | 'direct'> | undefined;
}

/** Names of a transposed convolution's options, tensors included. */
export const CONV_TRANSPOSE_KEYS = [
  'bias',
  'stride',
  'padding',
  'outputPadding',
  'dilation',
  'groups',
  'paddingMode',
  'activation',
  'residual',
  'layout',
  'algorithm',
  'out',
] as const;

/**
 * The adjoint of the convolution with the same window, with bias, residual and activation as there.
 *
 * @throws ShapeError, ArgumentError, UnsupportedError
 * @see torch.nn.functional.conv_transpose2d
 */
export function planConvTranspose(
  operator: string,
  rank: Rank,
  shapes: FusedShapes,
  options: Unchecked<keyof ConvTransposeGeometryOptions<Rank>> = {},
  activation: ActivationRecord = IDENTITY,
): Plan<'convTranspose'> {
  const setup = readConvSetup(operator, rank, shapes, options);
  const { groups, image } = setup;
  const outChannels = shapes.weight[1] * groups;
  checkPaddingMode(operator, options.paddingMode);
  checkChannels(operator, setup, shapes);
  const output = outputExtents(operator, setup, readOutputPadding(operator, options.outputPadding, setup));
  const outputShape = imageShape(image, outChannels, output);
  elementCount(outputShape, operator);
  checkFusedOperands(operator, shapes, { outChannels, outputShape, transposed: true });
  const geometry = freezeRecord(operator, {
    batch: image.batch,
    inChannels: image.channels,
    outChannels,
    groups,
    ...windowRecord(operator, { ...setup, input: image.spatial, output }, image.spatial),
  });
  return {
    kind: 'convTranspose',
    geometry,
    outputShape,
    before: toChannelsFirst(image),
    after: fromChannelsFirst(image, outChannels, output),
    activation,
    algorithm: readTransposeAlgorithm(operator, options.algorithm),
  };
}

/**
 * Refuses options that no input could make right.
 *
 * @throws ShapeError, ArgumentError, UnsupportedError
 */
export function checkConvTransposeOptions(
  operator: string,
  kernel: readonly number[],
  options: Unchecked<keyof ConvTransposeGeometryOptions<Rank>>,
): void {
  const window = readConvWindow(operator, kernel, options);
  checkPaddingMode(operator, options.paddingMode);
  readOutputPadding(operator, options.outputPadding, window);
  readTransposeAlgorithm(operator, options.algorithm);
}

function checkPaddingMode(operator: string, value: unknown): void {
  if (readWord(`${operator}: paddingMode`, value, PAD_MODES, 'zeros') !== 'zeros') {
    throw new UnsupportedError(`${operator}: Only "zeros" padding mode is supported for ${operator}, but got ${value}`);
  }
}

function checkChannels(operator: string, { image }: ConvSetup, { weight }: FusedShapes): void {
  if (image.channels === weight[0]) return;
  throw new ShapeError(
    `${operator}: Given transposed=1, weight of size ${formatShape(weight)}, expected input` +
      `${formatShape(batchedShape(image))} to have ${weight[0]} channels, but got ${image.channels} channels instead${otherLayout(image, weight[0])}`,
  );
}

function readOutputPadding(operator: string, value: unknown, setup: Omit<ConvSetup, 'image'>): readonly number[] {
  const rank = setup.kernel.length as Rank;
  const outputPadding = readPerAxis(`${operator}: outputPadding`, value, rank, 0);
  requireEach(operator, 'outputPadding', outputPadding, (p) => p >= 0 || 'negative output_padding is not supported');
  outputPadding.forEach((extra, axis) => {
    if (extra >= Math.max(setup.stride[axis], setup.dilation[axis])) {
      throw new ShapeError(
        `${operator}: output padding must be smaller than either stride or dilation, but got outputPadding ` +
          `${formatShape(outputPadding)}, stride ${formatShape(setup.stride)}, dilation ${formatShape(setup.dilation)}`,
      );
    }
  });
  return outputPadding;
}

/** (n − 1)·stride − padBefore − padAfter + dilation·(k − 1) + outputPadding + 1 */
function outputExtents(operator: string, setup: ConvSetup, outputPadding: readonly number[]): number[] {
  const lengths = mapSetup(setup, ({ input, kernel, stride, dilation, padding: [before, after] }) => {
    return (input - 1) * stride - before - after + windowExtent(kernel, dilation);
  });
  const output = lengths.map((length, axis) => length + outputPadding[axis]);
  if (output.every((length) => length > 0)) return output;
  throw new ShapeError(
    `${operator}: Given input size per channel: ${formatExtents(setup.image.spatial)}. ` +
      `Calculated output size per channel: ${formatExtents(output)}. Output size is too small`,
  );
}
