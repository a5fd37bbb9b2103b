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
/** What a convolution reads outside of its input: zeros, the input mirrored, its last value, or its other end. */
export type PadMode = (typeof PAD_MODES)[number];

/** Number of values that are copied under another shape. */
export const RESHAPE_FIELDS = ['size'] as const;

/** Axes of the general steps. Neighbouring axes that are walked alike are merged, so that six reach far. */
export const MOST_AXES = 6;
const AXIS_NUMBERS = [0, 1, 2, 3, 4, 5] as const;

function perAxis<Prefix extends string>(prefix: Prefix) {
  return AXIS_NUMBERS.map((axis) => `${prefix}${axis}` as const);
}

/** In the order of their numbers in the native core; `alpha` and `beta` are the step's scalars. */
export const UNARY_OPERATIONS = [
  'affine', // x · alpha + beta
  'abs',
  'neg',
  'reciprocal',
  'sqrt',
  'exp',
  'log',
  'erf',
  'floor',
  'ceil',
  'round', // halves to even
  'truncate', // towards zero
  'sign',
  'not', // 1 where x is 0, else 0
  'nonZero', // 0 where x is 0, else 1
  'hardSigmoid', // max(0, min(1, alpha · x + beta))
  'softplus', // log(1 + e^x)
  'softsign', // x / (1 + |x|)
  'mish', // x · tanh(softplus(x))
  'selu', // beta · (x > 0 ? x : alpha · (e^x − 1))
  'celu', // max(0, x) + min(0, alpha · (e^(x / alpha) − 1))
  'geluTanh', // x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))
] as const;
export type UnaryOperation = (typeof UNARY_OPERATIONS)[number];

/** y = f(x), value by value. `operation` is an index into UNARY_OPERATIONS. */
export const UNARY_FIELDS = ['operation', 'size'] as const;

/** In the order of their numbers in the native core. Comparisons and logic give 0 and 1; logic takes any value but 0 for true. */
export const BINARY_OPERATIONS = [
  'add',
  'sub',
  'mul',
  'div',
  'max', // NaN where either is
  'min',
  'pow',
  'intDiv', // of whole numbers, towards zero
  'mod', // of the divisor's sign, as in Python; 0 has no sign
  'equal',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'and',
  'or',
  'xor',
  'prelu', // a < 0 ? a · b : a
  'fmod', // of the dividend's sign, exact, as in C
] as const;
export type BinaryOperation = (typeof BINARY_OPERATIONS)[number];

/**
 * y[i] = f(a[Σ iₖ·aₖ], b[Σ iₖ·bₖ]) over axes of sizes size0 … size5, y dense. A stride of 0 repeats a value: that is
 * broadcasting. Unused axes come first and have size 1. `operation` is an index into BINARY_OPERATIONS.
 */
export const BINARY_FIELDS = ['operation', ...perAxis('size'), ...perAxis('a'), ...perAxis('b')] as const;

/** y[i] = condition[…] ≠ 0 ? a[…] : b[…], each with strides of its own, as in a binary step. */
export const WHERE_FIELDS = [...perAxis('size'), ...perAxis('condition'), ...perAxis('a'), ...perAxis('b')] as const;

/**
 * y[i] = x[offset + Σ iₖ·strideₖ], y dense: transposes, slices, repeats and expands. Strides may be negative or 0; every
 * place that is read lies in x.
 */
export const STRIDED_FIELDS = ['offset', ...perAxis('size'), ...perAxis('stride')] as const;

/** Operands [outer, lengthᵢ, inner] side by side along the middle axis; their slots' sizes give the lengths. */
export const CONCAT_FIELDS = ['outer', 'inner'] as const;

/** In the order of their numbers in the native core. */
export const REDUCE_OPERATIONS = [
  'sum',
  'mean',
  'max', // NaN where there is one
  'min',
  'prod',
  'argMax', // the first place of the largest value; NaN counts as largest
  'argMaxLast', // the last place of it
  'argMin', // the same for the smallest; NaN counts as smallest
  'argMinLast',
] as const;
export type ReduceOperation = (typeof REDUCE_OPERATIONS)[number];

/** [outer, length, inner] → [outer, inner]. `operation` is an index into REDUCE_OPERATIONS; length is at least 1. */
export const REDUCE_FIELDS = ['operation', 'outer', 'length', 'inner'] as const;

/**
 * x [outer, length, inner], `count` indices → y [outer, count, inner]. A negative index counts from the end; one that is
 * out of range is an error of the run, found before anything is written.
 */
export const GATHER_FIELDS = ['outer', 'length', 'inner', 'count'] as const;

/**
 * The k largest (or with largest 0 smallest) values of each line of [outer, length, inner], in order, and their places;
 * of equal values the first comes first. NaN counts as largest.
 */
export const TOP_K_FIELDS = ['outer', 'length', 'inner', 'k', 'largest'] as const;

/**
 * Boxes [batches, boxes, 4] and scores [batches, classes, boxes]. Selected are rows [batch, class, box], classes in order
 * and the best boxes of each first, at most `mostPerClass` each; after `count` rows the rest is unspecified. Boxes are
 * [y1, x1, y2, x2] with any two opposite corners, or with centerPoint [xCenter, yCenter, width, height].
 */
export const NON_MAX_SUPPRESSION_FIELDS = ['batches', 'classes', 'boxes', 'mostPerClass', 'centerPoint'] as const;

/**
 * x [outer, length, inner] → y [outer, outputLength, inner]: y[j] = offset[j] + Σₜ weights[j·taps + t] · x[indices[j·taps + t]],
 * t in order. Every interpolation along one axis is such a table.
 */
export const RESAMPLE_FIELDS = ['outer', 'length', 'inner', 'outputLength', 'taps'] as const;

/** Each row of [rows, length]: y = (x − mean) / sqrt(variance + eps), the variance without Bessel's correction. */
export const NORMALIZE_FIELDS = ['rows', 'length'] as const;

/**
 * [outer, channels, inner]: y = x / (bias + alpha / size · Σ x²)^beta, the sum over channels c − ⌊(size − 1)/2⌋ to
 * c + ⌈(size − 1)/2⌉ that exist.
 */
export const LRN_FIELDS = ['outer', 'channels', 'inner', 'size'] as const;

/** In the order of their numbers in the native core. */
export const GRID_MODES = ['bilinear', 'nearest', 'bicubic'] as const;
export const GRID_PADDING_MODES = ['zeros', 'border', 'reflection'] as const;

/**
 * x [batch, channels, inputHeight, inputWidth] read at grid [batch, outputHeight, outputWidth, (x, y)], whose −1 and 1 are
 * the centres of the outermost pixels with alignCorners, else their outer edges. `mode` and `paddingMode` are indices into
 * GRID_MODES and GRID_PADDING_MODES.
 */
export const GRID_SAMPLE_FIELDS = [
  'batch',
  'channels',
  'inputHeight',
  'inputWidth',
  'outputHeight',
  'outputWidth',
  'mode',
  'paddingMode',
  'alignCorners',
] as const;

/** Number of values that change their slot's type: whole numbers either way. */
export const CONVERT_FIELDS = ['size'] as const;

/** Channels of a pixel, at most. */
export const MOST_PIXEL_CHANNELS = 4;

/**
 * A region of an image, whose channels lie side by side, to a tensor: y[c, i, j] = x[offset + i · rowStride + j ·
 * pixelStride + source_c] · scale_c + offset_c, the product rounded before the sum; y is [channels, height, width], or with
 * channelsLast [height, width, channels]. flipX and flipY mirror it. Strides count values.
 */
export const IMAGE_TO_TENSOR_FIELDS = [
  'height',
  'width',
  'offset',
  'rowStride',
  'pixelStride',
  'channels',
  'source0',
  'source1',
  'source2',
  'source3',
  'flipX',
  'flipY',
  'channelsLast',
] as const;

/**
 * And back, to an image without gaps: y = x · scale_c + offset_c for channel c of the image, with swapRedBlue from channel
 * 2 − c of the tensor. Whole numbers get the nearest that they can be, halves to even, and 0 for NaN.
 */
export const TENSOR_TO_IMAGE_FIELDS = ['height', 'width', 'channels', 'channelsLast', 'swapRedBlue'] as const;

/** How an image goes on beyond its edges, in the order of their numbers in the native core. */
export const BORDERS = ['reflect101', 'reflect', 'replicate', 'wrap', 'constant'] as const;

/** A kernel's rows and columns, at most. */
export const LARGEST_KERNEL_SIDE = 2 ** 14;

/** What imageSmooth reaches to each side, at most: so many products, each rounded, stay within a quarter of a level. */
export const LARGEST_SMOOTH_RADIUS = 15;

/**
 * An image [height, width, channels], whose rows are `rowStride` values apart, and a window over each of its pixels:
 * kernelHeight × kernelWidth pixels, of which (anchorY, anchorX) stands on the pixel itself. Channels do not mix. `border`
 * is an index into BORDERS. The result is as large as the image, without gaps.
 */
export const IMAGE_WINDOW_FIELDS = [
  'height',
  'width',
  'channels',
  'rowStride',
  'kernelHeight',
  'kernelWidth',
  'anchorY',
  'anchorX',
  'border',
] as const;

/** x [height, width, channels] → y [height + 1, width + 1, channels]. */
export const IMAGE_INTEGRAL_FIELDS = ['height', 'width', 'channels', 'rowStride'] as const;
/** In the order of their numbers in the native core; see IMAGE_RESIZE_FIELDS. */
export const RESIZE_ARITHMETICS = ['pick', 'fixed', 'float', 'linear', 'wide', 'mean'] as const;
export type ResizeArithmetic = (typeof RESIZE_ARITHMETICS)[number];

/**
 * A region of an image, resampled along its rows (`across`), then along its columns (`down`), to an image without gaps of the same
 * type. For each output a table has a pair of bounds, the first input and their number, at most `taps`; and `taps` weights,
 * of which so many count. `arithmetic` is an index into RESIZE_ARITHMETICS:
 *
 * - pick: the first input, as it is.
 * - fixed, on uint8: weights are whole numbers, 2^22 for 1; both passes give (2^21 + Σ) >> 22, saturated. As Pillow does.
 * - float: in float32, products rounded before their sum, in order; saturated in the end as TENSOR_TO_IMAGE_FIELDS says.
 * - wide, on uint8: whole weights, 2^11 for 1; between the passes exact sums, in the end (2^21 + Σ) >> 22, saturated. As OpenCV does.
 * - linear: the same, but in the end ((Σ (w · (h >> 4) >> 16)) + 2) >> 2, as OpenCV does for two taps; of one row alone with
 *   weights w and 2^11 − w.
 * - mean, on uint8: weights of 1; in the end Σ · 1 / (tapsAcross · tapsDown) in float32, halves to even.
 */
export const IMAGE_RESIZE_FIELDS = [
  'inputHeight',
  'inputWidth',
  'offset',
  'rowStride',
  'channels',
  'outputHeight',
  'outputWidth',
  'tapsAcross',
  'tapsDown',
  'arithmetic',
] as const;

/** In the order of their numbers in the native core: those of numpy.pad. */
export const IMAGE_PAD_MODES = ['constant', 'edge', 'reflect', 'symmetric', 'wrap'] as const;
/** What is outside of an image, in numpy.pad's words: one value, the edge, the image mirrored without or with the edge, its other end. */
export type ImagePadMode = (typeof IMAGE_PAD_MODES)[number];

/** A region of an image with pixels around it, to an image without gaps; `mode` is an index into IMAGE_PAD_MODES. */
export const IMAGE_PAD_FIELDS = [
  'inputHeight',
  'inputWidth',
  'offset',
  'rowStride',
  'channels',
  'padTop',
  'padBottom',
  'padLeft',
  'padRight',
  'mode',
] as const;

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
export type UnaryGeometry = RecordOf<typeof UNARY_FIELDS>;
export type BinaryGeometry = RecordOf<typeof BINARY_FIELDS>;
export type WhereGeometry = RecordOf<typeof WHERE_FIELDS>;
export type StridedGeometry = RecordOf<typeof STRIDED_FIELDS>;
export type ConcatGeometry = RecordOf<typeof CONCAT_FIELDS>;
export type ReduceGeometry = RecordOf<typeof REDUCE_FIELDS>;
export type GatherGeometry = RecordOf<typeof GATHER_FIELDS>;
export type TopKGeometry = RecordOf<typeof TOP_K_FIELDS>;
export type NonMaxSuppressionGeometry = RecordOf<typeof NON_MAX_SUPPRESSION_FIELDS>;
export type ResampleGeometry = RecordOf<typeof RESAMPLE_FIELDS>;
export type NormalizeGeometry = RecordOf<typeof NORMALIZE_FIELDS>;
export type LrnGeometry = RecordOf<typeof LRN_FIELDS>;
export type GridSampleGeometry = RecordOf<typeof GRID_SAMPLE_FIELDS>;
export type ConvertGeometry = RecordOf<typeof CONVERT_FIELDS>;
export type ImageToTensorGeometry = RecordOf<typeof IMAGE_TO_TENSOR_FIELDS>;
export type TensorToImageGeometry = RecordOf<typeof TENSOR_TO_IMAGE_FIELDS>;
export type ImageWindowGeometry = RecordOf<typeof IMAGE_WINDOW_FIELDS>;
export type ImageIntegralGeometry = RecordOf<typeof IMAGE_INTEGRAL_FIELDS>;
export type ImageResizeGeometry = RecordOf<typeof IMAGE_RESIZE_FIELDS>;
export type ImagePadGeometry = RecordOf<typeof IMAGE_PAD_FIELDS>;
