import { readShape, type Shape } from '../shape.js';
import type { PerAxis, Rank } from './axes.js';
import { CONV_KEYS, type ConvGeometryOptions, planConv } from './conv.js';
import { readOptions } from './options.js';
import { AVG_POOL_KEYS, MAX_POOL_KEYS, type MaxPoolGeometryOptions, planMaxPool } from './pool.js';

const POOL_KEYS = [...new Set([...MAX_POOL_KEYS, ...AVG_POOL_KEYS])];

/**
 * The shape that `conv2d` would give. Options of `conv2d` that have no influence on it are ignored.
 *
 * @throws as conv2d does
 * @example
 * conv2dOutputShape([20, 16, 50, 100], [33, 16, 3, 3], { stride: 2 }); // [20, 33, 24, 49]
 */
export function conv2dOutputShape(inputShape: Shape, weightShape: Shape, options?: ConvGeometryOptions<2>): Shape {
  return convOutputShape('conv2dOutputShape', 2, inputShape, weightShape, options);
}

/** The shape that `conv1d` would give. @throws as conv1d does */
export function conv1dOutputShape(inputShape: Shape, weightShape: Shape, options?: ConvGeometryOptions<1>): Shape {
  return convOutputShape('conv1dOutputShape', 1, inputShape, weightShape, options);
}

/** The shape that `conv3d` would give. @throws as conv3d does */
export function conv3dOutputShape(inputShape: Shape, weightShape: Shape, options?: ConvGeometryOptions<3>): Shape {
  return convOutputShape('conv3dOutputShape', 3, inputShape, weightShape, options);
}

/**
 * The shape that `maxPool2d` or `avgPool2d` would give.
 *
 * @throws as they do
 * @example
 * pool2dOutputShape([20, 16, 50, 32], 3, { stride: 2, padding: 1 }); // [20, 16, 25, 16]
 */
export function pool2dOutputShape(
  inputShape: Shape,
  kernelSize: PerAxis<2>,
  options?: MaxPoolGeometryOptions<2>,
): Shape {
  return poolOutputShape('pool2dOutputShape', 2, inputShape, kernelSize, options);
}

/** The shape that `maxPool1d` or `avgPool1d` would give. @throws as they do */
export function pool1dOutputShape(
  inputShape: Shape,
  kernelSize: PerAxis<1>,
  options?: MaxPoolGeometryOptions<1>,
): Shape {
  return poolOutputShape('pool1dOutputShape', 1, inputShape, kernelSize, options);
}

/** The shape that `maxPool3d` or `avgPool3d` would give. @throws as they do */
export function pool3dOutputShape(
  inputShape: Shape,
  kernelSize: PerAxis<3>,
  options?: MaxPoolGeometryOptions<3>,
): Shape {
  return poolOutputShape('pool3dOutputShape', 3, inputShape, kernelSize, options);
}

function convOutputShape(operator: string, rank: Rank, input: unknown, weight: unknown, options: unknown): Shape {
  const given = readOptions(operator, options, CONV_KEYS);
  const x = readShape(input, `${operator}: inputShape`);
  return planConv(operator, rank, { x, weight: readShape(weight, `${operator}: weightShape`) }, given).outputShape;
}

function poolOutputShape(operator: string, rank: Rank, input: unknown, kernelSize: unknown, options: unknown): Shape {
  const given = readOptions(operator, options, POOL_KEYS);
  const x = readShape(input, `${operator}: inputShape`);
  return planMaxPool({ operator, rank, x, kernelSize }, given).outputShape;
}
