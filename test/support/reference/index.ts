/**
 * The definition of every operator in plain float64 loops, written from PyTorch's documentation
 * and independent of the package: options are read here once more.
 */
import type { Values } from '../specs.js';
import { col2im, im2col } from './columns.js';
import { conv, convTranspose } from './conv.js';
import { fromVolume, standingOf, toVolume, toVolumeOrder } from './layout.js';
import { activate, batchNorm, convolve, correlate, linear, rot180, softmax } from './plain.js';
import * as pool from './pool.js';
import type { Expected, Options, Volume } from './types.js';

export type { Expected } from './types.js';

type Definition = (x: Volume, rank: number, rest: readonly unknown[], options: Options) => Expected;

/** The last argument where it is an options object. */
function optionsOf(args: readonly unknown[]): Options {
  const last = args[args.length - 1];
  const plain = typeof last === 'object' && last !== null && !Array.isArray(last) && !ArrayBuffer.isView(last);
  return plain && !('data' in last) ? (last as Options) : {};
}

const IMAGE_OPERATORS: Readonly<Record<string, Definition>> = {
  maxPool: (x, rank, [kernelSize], options) => pool.maxPool(x, kernelSize, rank, options),
  avgPool: (x, rank, [kernelSize], options) => pool.avgPool(x, kernelSize, rank, options),
  lpPool: (x, rank, [p, kernelSize], options) => pool.lpPool(x, p as number, kernelSize, rank, options),
  adaptiveMaxPool: (x, rank, [size]) => pool.adaptiveMaxPool(x, pool.adaptiveSize(x, size, rank)),
  adaptiveAvgPool: (x, rank, [size]) => pool.adaptiveAvgPool(x, pool.adaptiveSize(x, size, rank)),
  globalMaxPool: (x) => pool.adaptiveMaxPool(x, [1, 1, 1]),
  globalAvgPool: (x) => pool.adaptiveAvgPool(x, [1, 1, 1]),
  batchNorm: (x, _rank, [mean, variance], options) =>
    batchNorm({ data: Float32Array.from(x.data), shape: x.shape }, mean as Values, variance as Values, options),
};

function imageOperator(family: string, rank: number, args: readonly unknown[], options: Options): Expected {
  const [first, ...rest] = args;
  const x = first as Values;
  if (family === 'batchNorm' && x.shape.length === 2) {
    // [N, C] has no axis to normalise along: every value is a plane of its own.
    const planes = imageOperator(family, rank, [{ data: x.data, shape: [...x.shape, 1] }, ...rest], options);
    return { ...planes, shape: x.shape };
  }
  const standing = standingOf(x, rank, options.layout);
  const volume = toVolume(x, standing);
  if (family === 'conv' || family === 'convTranspose') {
    const define = family === 'conv' ? conv : convTranspose;
    const residual = options.residual === undefined ? undefined : toVolume(options.residual as Values, standing);
    return fromVolume(define(volume, rest[0] as Values, rank, options, residual), standing);
  }
  if (family === 'maxUnpool') {
    const indices = toVolumeOrder(rest[0] as Int32Array, volume, standing);
    return fromVolume(pool.maxUnpool(volume, indices, rest[1], rank, options), standing);
  }
  return fromVolume(IMAGE_OPERATORS[family](volume, rank, rest, options), standing);
}

function columnsOperator(op: string, args: readonly unknown[], options: Options): Expected {
  const x = args[0] as Values;
  if (op === 'im2col') {
    const standing = standingOf(x, 2, options.layout);
    const result = im2col(toVolume(x, standing), args[1], options);
    return standing.batched ? result : { ...result, shape: result.shape.slice(1) };
  }
  const batched = x.shape.length === 3;
  const columns = { data: Float64Array.from(x.data), shape: batched ? x.shape : [1, ...x.shape] };
  const standing = { rank: 2, channelsLast: options.layout === 'NHWC', batched };
  return fromVolume(col2im(columns, args[1], args[2], options), standing);
}

/** What `op` must answer for materialized `args`. */
export function reference(op: string, args: readonly unknown[]): Expected {
  const options = optionsOf(args);
  const [, family, rank] = /^([A-Za-z]+?)([123])d$/.exec(op) ?? [];
  if (family !== undefined) return imageOperator(family, Number(rank), args, options);
  if (op === 'im2col' || op === 'col2im') return columnsOperator(op, args, options);
  const x = args[0] as Values;
  switch (op) {
    case 'activate':
      return activate(x, args[1]);
    case 'softmax':
      return softmax(x, args[1] as number | undefined);
    case 'linear':
      return linear(x, args[1] as Values, args[2] as Values | undefined, options);
    case 'convolve':
      return convolve(x, args[1] as Values, options);
    case 'correlate':
      return correlate(x, args[1] as Values, options);
    case 'rot180':
      return rot180(x);
    default:
      throw new Error(`the reference has no operator ${op}`);
  }
}
