/**
 * The frozen integer records that shape logic hands to the backends.
 *
 * Every spatial operator is stored with three axes, depth, height and width: 1-D work has depth
 * and height 1, 2-D work depth 1. So a backend has one loop nest for all of them. Each record's
 * fields are listed once, in the order in which they cross into the native core.
 */

/** A window sliding over a volume. Shared by convolution, pooling and im2col. */
export const WINDOW_FIELDS = [
  'inputDepth',
  'inputHeight',
  'inputWidth',
  'outputDepth',
  'outputHeight',
  'outputWidth',
  'kernelDepth',
  'kernelHeight',
  'kernelWidth',
  'strideDepth',
  'strideHeight',
  'strideWidth',
  'dilationDepth',
  'dilationHeight',
  'dilationWidth',
  'padFront',
  'padBack',
  'padTop',
  'padBottom',
  'padLeft',
  'padRight',
] as const;

/** `groups` divides both channel counts. Weight is [outChannels, inChannels / groups, kd, kh, kw]. */
export const CONV_FIELDS = ['batch', 'inChannels', 'outChannels', 'groups', ...WINDOW_FIELDS] as const;

/**
 * Transposed convolution, the adjoint of the convolution with the same kernel, stride, padding and
 * dilation: output[i·stride + k·dilation − padBefore] += input[i]·weight[k], terms outside the output
 * dropped. Weight is [inChannels, outChannels / groups, kd, kh, kw]. Output sizes already contain the
 * output padding.
 */
export const CONV_TRANSPOSE_FIELDS = CONV_FIELDS;

/** Sliding-window pooling. With ceil mode the last window may reach beyond input + padAfter. */
export const POOL_FIELDS = ['batch', 'channels', ...WINDOW_FIELDS] as const;

/** `divisorOverride` 0 means none. */
export const AVG_POOL_FIELDS = [...POOL_FIELDS, 'countIncludePad', 'divisorOverride'] as const;

/** Window i of an axis covers floor(i·n/out) … ceil((i+1)·n/out). Global pooling has output 1. */
export const ADAPTIVE_POOL_FIELDS = [
  'batch',
  'channels',
  'inputDepth',
  'inputHeight',
  'inputWidth',
  'outputDepth',
  'outputHeight',
  'outputWidth',
] as const;

/** Same fields; indices are flat within each output volume, everything else of the output is 0. */
export const MAX_UNPOOL_FIELDS = ADAPTIVE_POOL_FIELDS;

/** Column matrix is [batch, channels·kd·kh·kw, od·oh·ow]; the image is the window's *input*. */
export const IM2COL_FIELDS = POOL_FIELDS;

/** Values are [outer, channels, inner]; batch norm, activations, and the per-channel prelu use it. */
export const CHANNEL_FIELDS = ['outer', 'channels', 'inner'] as const;

/** y[rows, outFeatures] = x[rows, inFeatures] · weight[outFeatures, inFeatures]ᵀ */
export const LINEAR_FIELDS = ['rows', 'inFeatures', 'outFeatures'] as const;

/** Values are [outer, length, inner]; the softmax runs along `length`. */
export const SOFTMAX_FIELDS = ['outer', 'length', 'inner'] as const;

/** [batch, rows, columns] → [batch, columns, rows]. NHWC ↔ NCHW is rows = H·W, columns = C. */
export const TRANSPOSE_FIELDS = ['batch', 'rows', 'columns'] as const;

/** Padding of [outer, inputDepth, inputHeight, inputWidth]. `mode` is an index into PAD_MODES. */
export const PAD_FIELDS = [
  'outer',
  'inputDepth',
  'inputHeight',
  'inputWidth',
  'padFront',
  'padBack',
  'padTop',
  'padBottom',
  'padLeft',
  'padRight',
  'mode',
] as const;

/** 'zeros' never needs a pad step before a convolution, but is a mode like the others. */
export const PAD_MODES = ['zeros', 'reflect', 'replicate', 'circular'] as const;
export type PadMode = (typeof PAD_MODES)[number];

/** Number of values that are copied under another shape. */
export const RESHAPE_FIELDS = ['size'] as const;

type RecordOf<Fields extends readonly string[]> = Readonly<Record<Fields[number], number>>;

export type Window = RecordOf<typeof WINDOW_FIELDS>;
export type ConvGeometry = RecordOf<typeof CONV_FIELDS>;
export type ConvTransposeGeometry = RecordOf<typeof CONV_TRANSPOSE_FIELDS>;
export type PoolGeometry = RecordOf<typeof POOL_FIELDS>;
export type AvgPoolGeometry = RecordOf<typeof AVG_POOL_FIELDS>;
export type AdaptivePoolGeometry = RecordOf<typeof ADAPTIVE_POOL_FIELDS>;
export type MaxUnpoolGeometry = RecordOf<typeof MAX_UNPOOL_FIELDS>;
export type Im2colGeometry = RecordOf<typeof IM2COL_FIELDS>;
export type ChannelGeometry = RecordOf<typeof CHANNEL_FIELDS>;
export type LinearGeometry = RecordOf<typeof LINEAR_FIELDS>;
export type SoftmaxGeometry = RecordOf<typeof SOFTMAX_FIELDS>;
export type TransposeGeometry = RecordOf<typeof TRANSPOSE_FIELDS>;
export type PadGeometry = RecordOf<typeof PAD_FIELDS>;
export type ReshapeGeometry = RecordOf<typeof RESHAPE_FIELDS>;
