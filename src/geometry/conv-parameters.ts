import { ShapeError } from '../errors.js';
import { elementCount, type Shape } from '../shape.js';
import { type Rank, readInteger, readPerAxis } from './axes.js';
import { requireEach } from './checks.js';
import { readGroups } from './conv-setup.js';

/** What a convolution layer is constructed from, before anything is checked. */
export interface ConvParameterSizes {
  readonly inChannels: unknown;
  readonly outChannels: unknown;
  readonly kernelSize: unknown;
  readonly groups?: unknown;
  readonly transposed?: boolean;
}

/** Shapes of a convolution layer's parameters. */
export interface ConvParameterShapes {
  /** [out, in / groups, …kernel], or [in, out / groups, …kernel] where transposed. */
  readonly weight: Shape;
  /** [out] */
  readonly bias: Shape;
  readonly groups: number;
}

/**
 * The parameters that a convolution layer has.
 *
 * @throws ShapeError where the groups do not divide both channel counts.
 * @see torch.nn.Conv2d
 */
export function convParameterShapes(operator: string, rank: Rank, sizes: ConvParameterSizes): ConvParameterShapes {
  const groups = readGroups(operator, sizes.groups);
  const inChannels = readChannels(operator, 'inChannels', sizes.inChannels);
  const outChannels = readChannels(operator, 'outChannels', sizes.outChannels);
  checkDivisible(operator, 'in_channels', inChannels, groups);
  checkDivisible(operator, 'out_channels', outChannels, groups);
  const kernel = readPerAxis(`${operator}: kernelSize`, sizes.kernelSize, rank);
  requireEach(operator, 'kernelSize', kernel, (k) => k > 0 || 'kernel size should be greater than zero');
  const [rows, columns] = sizes.transposed ? [inChannels, outChannels] : [outChannels, inChannels];
  const weight = Object.freeze([rows, columns / groups, ...kernel]);
  elementCount(weight, operator);
  return { weight, bias: Object.freeze([outChannels]), groups };
}

function readChannels(operator: string, name: string, value: unknown): number {
  const channels = readInteger(`${operator}: ${name}`, value);
  if (channels >= 0) return channels;
  throw new ShapeError(`${operator}: ${name} must not be negative, but got ${channels}`);
}

function checkDivisible(operator: string, name: string, channels: number, groups: number): void {
  if (channels % groups === 0) return;
  throw new ShapeError(
    `${operator}: ${name} must be divisible by groups, but got ${channels} channels and groups ${groups}`,
  );
}
