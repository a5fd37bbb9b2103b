/**
 * Operators, layers and models.
 *
 * @module convkit
 */
export * from './errors.js';
export type { Activation } from './geometry/activation.js';
export type { AdaptivePoolGeometryOptions } from './geometry/adaptive-pool.js';
export type { Padding, PerAxis, Rank, SidedPadding, Sides } from './geometry/axes.js';
export type { ConvGeometryOptions } from './geometry/conv.js';
export type { ConvolveMode } from './geometry/convolve.js';
export type { Layout } from './geometry/image.js';
export {
  conv1dOutputShape,
  conv2dOutputShape,
  conv3dOutputShape,
  pool1dOutputShape,
  pool2dOutputShape,
  pool3dOutputShape,
} from './geometry/output-shape.js';
export type { AvgPoolGeometryOptions, LpPoolGeometryOptions, MaxPoolGeometryOptions } from './geometry/pool.js';
export type { PadMode } from './geometry/records.js';
export * from './layers/index.js';
export * from './model/index.js';
export * from './ops/index.js';
export type { Algorithm } from './program/step.js';
export { type RuntimeInfo, releaseMemory, runtime, setBackend, setThreads } from './runtime.js';
export type { Shape } from './shape.js';
export { type NestedNumbers, Tensor, type TensorLike } from './tensor.js';
export * from './weights/index.js';
