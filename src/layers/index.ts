export {
  Clip,
  ELU,
  GELU,
  HardSigmoid,
  HardSwish,
  LeakyReLU,
  PReLU,
  type PReLUOptions,
  ReLU,
  ReLU6,
  Sigmoid,
  SiLU,
  Tanh,
} from './activations.js';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
} from './adaptive-pool.js';
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormLayerOptions } from './batch-norm.js';
export {
  Conv1d,
  Conv2d,
  Conv3d,
  type ConvLayerOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeLayerOptions,
} from './conv.js';
export { type ForwardAsyncOptions, type ForwardOptions, Layer } from './layer.js';
export { Linear } from './linear.js';
export { AvgPool1d, AvgPool2d, AvgPool3d, LpPool2d, MaxPool1d, MaxPool2d, MaxPool3d } from './pool.js';
export { Sequential } from './sequential.js';
export { Dropout, Flatten, Softmax } from './simple.js';
export type { Summary, SummaryRow } from './summary.js';
export type { WeightOptions } from './weighted.js';
