import { ShapeError } from '../errors.js';
import { type ActivationRecord, type Algorithm, IDENTITY } from '../program/step.js';
import { elementCount, formatExtents, formatShape } from '../shape.js';
import { checkAlgorithm, readAlgorithm } from './algorithm.js';
import type { Rank } from './axes.js';
import { checkFusedOperands, type FusedShapes } from './checks.js';
import {
  type ConvSetup,
  type ConvWindowOptions,
  mapSetup,
  paddedExtents,
  readConvSetup,
  readConvWindow,
} from './conv-setup.js';
import { batchedShape, fromChannelsFirst, imageShape, otherLayout, toChannelsFirst } from './image.js';
import { readWord, type Unchecked } from './options.js';
import { planPad } from './pad.js';
import type { Plan } from './plan.js';
import { PAD_MODES, type PadMode } from './records.js';
import { freezeRecord, outputLength, windowExtent, windowRecord } from './window.js';

/** What a convolution can be told besides its tensors. */
export interface ConvGeometryOptions<R extends Rank> extends ConvWindowOptions<R> {
  /** What the padding holds. Default 'zeros'. */
  readonly paddingMode?: PadMode | undefined;
  /**
   * Default 'auto'; one that cannot do the shape is an UnsupportedError that says why. 'winograd' and 'fft', which
   * 'auto' may choose for kernels of 3 × 3 and of 25 elements and more, mix the values of a tile: a NaN or an
   * infinity may turn all its outputs into NaN. 'direct' keeps it to the windows it is in.
   */
  readonly algorithm?: Algorithm | undefined;
}

/** Names of a convolution's options, tensors included. */
export const CONV_KEYS = [
  'bias',
  'stride',
  'padding',
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
 * y[oc] = activation(Σ x[ic] ⋆ weight[oc, ic] + bias[oc] + residual[oc]).
 *
 * @throws ShapeError, ArgumentError, UnsupportedError
 * @see torch.nn.functional.conv2d
 */
export function planConv(
  operator: string,
  rank: Rank,
  shapes: FusedShapes,
  options: Unchecked<keyof ConvGeometryOptions<Rank>> = {},
  activation: ActivationRecord = IDENTITY,
): Plan<'conv'> {
  const given = readConvSetup(operator, rank, shapes, options);
  const { groups, image } = given;
  const [outChannels] = shapes.weight;
  checkChannels(operator, given, shapes);
  checkKernelFits(operator, given);
  const mode = readPaddingMode(operator, options.paddingMode);
  const pad = mode === 'zeros' ? undefined : planPad(operator, image, given.padding, mode);
  const setup = pad === undefined ? given : padded(given);
  const output = mapSetup(setup, outputLength);
  const outputShape = imageShape(image, outChannels, output);
  elementCount(outputShape, operator);
  checkFusedOperands(operator, shapes, { outChannels, outputShape });
  const geometry = freezeRecord(operator, {
    batch: image.batch,
    inChannels: image.channels,
    outChannels,
    groups,
    ...windowRecord(operator, { ...setup, input: setup.image.spatial, output }),
  });
  return {
    kind: 'conv',
    geometry,
    outputShape,
    before: toChannelsFirst(image),
    pad,
    after: fromChannelsFirst(image, outChannels, output),
    activation,
    algorithm: readAlgorithm(operator, options.algorithm, geometry),
  };
}

/**
 * Refuses options that no input could make right.
 *
 * @throws ShapeError, ArgumentError
 */
export function checkConvOptions(
  operator: string,
  kernel: readonly number[],
  options: Unchecked<keyof ConvGeometryOptions<Rank>>,
): void {
  readConvWindow(operator, kernel, options);
  readPaddingMode(operator, options.paddingMode);
  checkAlgorithm(operator, options.algorithm);
}

function readPaddingMode(operator: string, value: unknown): 'zeros' | PadMode {
  return readWord(`${operator}: paddingMode`, value, PAD_MODES, 'zeros');
}

function checkChannels(operator: string, { groups, image }: ConvSetup, { weight }: FusedShapes): void {
  const expected = weight[1] * groups;
  if (image.channels === expected) return;
  throw new ShapeError(
    `${operator}: Given groups=${groups}, weight of size ${formatShape(weight)}, expected input` +
      `${formatShape(batchedShape(image))} to have ${expected} channels, but got ${image.channels} channels instead${otherLayout(image, expected)}`,
  );
}

function checkKernelFits(operator: string, setup: ConvSetup): void {
  const extents = paddedExtents(setup);
  const kernel = setup.kernel.map((k, axis) => windowExtent(k, setup.dilation[axis]));
  if (kernel.every((extent, axis) => extent <= extents[axis])) return;
  throw new ShapeError(
    `${operator}: Calculated padded input size per channel: ${formatExtents(extents)}. ` +
      `Kernel size: ${formatExtents(kernel)}. Kernel size can't be greater than actual input size`,
  );
}

/** The same convolution on an input that was padded before. */
function padded(setup: ConvSetup): ConvSetup {
  const image = { ...setup.image, spatial: paddedExtents(setup) };
  return { ...setup, image, padding: setup.padding.map(() => [0, 0]) };
}
