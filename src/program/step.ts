import {
  ADAPTIVE_POOL_FIELDS,
  type AdaptivePoolGeometry,
  AVG_POOL_FIELDS,
  type AvgPoolGeometry,
  BINARY_FIELDS,
  type BinaryGeometry,
  CHANNEL_FIELDS,
  type ChannelGeometry,
  CONCAT_FIELDS,
  CONV_FIELDS,
  CONV_TRANSPOSE_FIELDS,
  CONVERT_FIELDS,
  type ConcatGeometry,
  type ConvertGeometry,
  type ConvGeometry,
  type ConvTransposeGeometry,
  GATHER_FIELDS,
  type GatherGeometry,
  GRID_SAMPLE_FIELDS,
  type GridSampleGeometry,
  IM2COL_FIELDS,
  IMAGE_INTEGRAL_FIELDS,
  IMAGE_PAD_FIELDS,
  IMAGE_RESIZE_FIELDS,
  IMAGE_TO_TENSOR_FIELDS,
  IMAGE_WINDOW_FIELDS,
  type Im2colGeometry,
  type ImageIntegralGeometry,
  type ImagePadGeometry,
  type ImageResizeGeometry,
  type ImageToTensorGeometry,
  type ImageWindowGeometry,
  LINEAR_FIELDS,
  type LinearGeometry,
  LRN_FIELDS,
  type LrnGeometry,
  MAX_UNPOOL_FIELDS,
  type MaxUnpoolGeometry,
  NON_MAX_SUPPRESSION_FIELDS,
  NORMALIZE_FIELDS,
  type NonMaxSuppressionGeometry,
  type NormalizeGeometry,
  PAD_FIELDS,
  type PadGeometry,
  POOL_FIELDS,
  type PoolGeometry,
  REDUCE_FIELDS,
  RESAMPLE_FIELDS,
  RESHAPE_FIELDS,
  type ReduceGeometry,
  type ResampleGeometry,
  type ReshapeGeometry,
  SOFTMAX_FIELDS,
  type SoftmaxGeometry,
  STRIDED_FIELDS,
  type StridedGeometry,
  TENSOR_TO_IMAGE_FIELDS,
  type TensorToImageGeometry,
  TOP_K_FIELDS,
  type TopKGeometry,
  TRANSPOSE_FIELDS,
  type TransposeGeometry,
  UNARY_FIELDS,
  type UnaryGeometry,
  WHERE_FIELDS,
  type WhereGeometry,
} from '../geometry/records.js';

/** A tensor of a program, by number. Slots are written once. */
export type SlotId = number;

/** Stands in an operand's place where the step has no such operand. */
export const NO_SLOT: SlotId = -1;

/** In the order of their numbers in the native core. `alpha` and `beta` mean what the comment says. */
export const ACTIVATION_KINDS = [
  'identity',
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'silu',
  'hardSigmoid', // torch's: clamp(x/6 + 1/2, 0, 1)
  'hardSwish',
  'gelu', // exact, with erf
  'leakyRelu', // alpha: slope
  'clip', // alpha: min, beta: max; either may be infinite
  'elu', // alpha
  'prelu', // the slope is an operand: one value, or one a channel
] as const;
export type ActivationKind = (typeof ACTIVATION_KINDS)[number];

/** A fully resolved activation; unused parameters are 0. */
export interface ActivationRecord {
  readonly kind: ActivationKind;
  readonly alpha: number;
  readonly beta: number;
}

export const IDENTITY: ActivationRecord = Object.freeze({ kind: 'identity', alpha: 0, beta: 0 });

/** In the order of their numbers in the native core. */
export const ALGORITHMS = ['auto', 'direct', 'gemm', 'winograd', 'depthwise', 'fft'] as const;
/** How a convolution is computed; 'auto' is what is fastest for its shape. */
export type Algorithm = (typeof ALGORITHMS)[number];

/**
 * Every step kind with its geometry, its operands in order, its results in order and the names of
 * its float parameters. `?` marks an operand that may be NO_SLOT, or a result that may be; `...` any number of them.
 *
 * Steps compute in float32, those on images in their pixels' type where they say so. Whole numbers and truth values that a program works on are float32 values too, exact up to
 * 2^24; int32 slots hold the indices of poolings alone.
 *
 * The position in this table is the kind's number in the native core.
 */
export const STEP_TABLE = {
  /** y = activation(conv(x, weight) + bias + residual); the residual has the output's shape. */
  conv: {
    fields: CONV_FIELDS,
    operands: ['x', 'weight', 'bias?', 'residual?', 'slope?'],
    results: ['y'],
    scalars: [],
  },
  convTranspose: {
    fields: CONV_TRANSPOSE_FIELDS,
    operands: ['x', 'weight', 'bias?', 'residual?', 'slope?'],
    results: ['y'],
    scalars: [],
  },
  /** Indices are int32, flat within each input volume. */
  maxPool: { fields: POOL_FIELDS, operands: ['x'], results: ['y', 'indices?'], scalars: [] },
  avgPool: { fields: AVG_POOL_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** y = (Σ x^p · kernelSize / elements of the window inside the input)^(1/p); no padding. */
  lpPool: { fields: POOL_FIELDS, operands: ['x'], results: ['y'], scalars: ['p'] },
  adaptiveAvgPool: { fields: ADAPTIVE_POOL_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  adaptiveMaxPool: { fields: ADAPTIVE_POOL_FIELDS, operands: ['x'], results: ['y', 'indices?'], scalars: [] },
  /** An index outside the output volume is an error of the run, found before anything is written. */
  maxUnpool: { fields: MAX_UNPOOL_FIELDS, operands: ['x', 'indices'], results: ['y'], scalars: [] },
  /** y = activation((x − mean) / sqrt(variance + eps) · weight + bias); any activation but prelu. */
  batchNorm: {
    fields: CHANNEL_FIELDS,
    operands: ['x', 'mean', 'variance', 'weight?', 'bias?'],
    results: ['y'],
    scalars: ['eps'],
  },
  /** y = activation(x + residual); slope has 1 value or `channels`. */
  activation: { fields: CHANNEL_FIELDS, operands: ['x', 'residual?', 'slope?'], results: ['y'], scalars: [] },
  linear: {
    fields: LINEAR_FIELDS,
    operands: ['x', 'weight', 'bias?', 'residual?', 'slope?'],
    results: ['y'],
    scalars: [],
  },
  softmax: { fields: SOFTMAX_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  im2col: { fields: IM2COL_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** The adjoint of im2col: columns are summed into the image. */
  col2im: { fields: IM2COL_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** `value` is what mode 'zeros' pads with. */
  pad: { fields: PAD_FIELDS, operands: ['x'], results: ['y'], scalars: ['value'] },
  transpose: { fields: TRANSPOSE_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** y has x's values; a backend may let them share memory. */
  reshape: { fields: RESHAPE_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  unary: { fields: UNARY_FIELDS, operands: ['x'], results: ['y'], scalars: ['alpha', 'beta'] },
  /** y = activation(a ∘ b); any activation but prelu. */
  binary: { fields: BINARY_FIELDS, operands: ['a', 'b'], results: ['y'], scalars: [] },
  where: { fields: WHERE_FIELDS, operands: ['condition', 'a', 'b'], results: ['y'], scalars: [] },
  strided: { fields: STRIDED_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** Any number of operands, at least one. */
  concat: { fields: CONCAT_FIELDS, operands: ['...x'], results: ['y'], scalars: [] },
  reduce: { fields: REDUCE_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** Indices are whole float32 values. */
  gather: { fields: GATHER_FIELDS, operands: ['x', 'indices'], results: ['y'], scalars: [] },
  /** Places are whole float32 values. */
  topK: { fields: TOP_K_FIELDS, operands: ['x'], results: ['y', 'places'], scalars: [] },
  /** Rows of three whole float32 values, batches · classes · min(mostPerClass, boxes) of them, and how many count. */
  nonMaxSuppression: {
    fields: NON_MAX_SUPPRESSION_FIELDS,
    operands: ['boxes', 'scores'],
    results: ['selected', 'count'],
    scalars: ['iouThreshold', 'scoreThreshold'],
  },
  /** Indices are whole float32 values. */
  resample: {
    fields: RESAMPLE_FIELDS,
    operands: ['x', 'indices', 'weights', 'offset?'],
    results: ['y'],
    scalars: [],
  },
  normalize: { fields: NORMALIZE_FIELDS, operands: ['x'], results: ['y'], scalars: ['eps'] },
  lrn: { fields: LRN_FIELDS, operands: ['x'], results: ['y'], scalars: ['alpha', 'beta', 'bias'] },
  gridSample: { fields: GRID_SAMPLE_FIELDS, operands: ['x', 'grid'], results: ['y'], scalars: [] },
  /** x − max − log Σ e^(x − max) along `length`. */
  logSoftmax: { fields: SOFTMAX_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** From an int32 slot to a float32 one, or back. */
  convert: { fields: CONVERT_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** x is of any type but int32; `affine` holds a scale a channel, then an offset a channel. */
  imageToTensor: { fields: IMAGE_TO_TENSOR_FIELDS, operands: ['x', 'affine'], results: ['y'], scalars: [] },
  /** y is of any type but int32. */
  tensorToImage: { fields: TENSOR_TO_IMAGE_FIELDS, operands: ['x', 'affine'], results: ['y'], scalars: [] },
  /**
   * y = delta + Σ x · weight over the window, row by row and in each row from the left; float32, each product rounded before
   * it is added, and whole numbers at the end as tensorToImage makes them. Weights of 0 take no part, whatever stands under
   * them. More than 256 terms are cut into partial sums of so many, and what is lost by adding those is added at the end.
   * x and y are of any type but int32.
   */
  imageFilter: {
    fields: IMAGE_WINDOW_FIELDS,
    operands: ['x', 'weights'],
    results: ['y'],
    scalars: ['borderValue', 'delta'],
  },
  /** The same with a weight for each row of the kernel, from 0, then with one for each column, from delta. */
  imageSeparable: {
    fields: IMAGE_WINDOW_FIELDS,
    operands: ['x', 'rowWeights', 'columnWeights'],
    results: ['y'],
    scalars: ['borderValue', 'delta'],
  },
  /** With d = x − what imageSeparable gives: y = |d| < threshold ? x : x + amount · d. */
  imageSharpen: {
    fields: IMAGE_WINDOW_FIELDS,
    operands: ['x', 'rowWeights', 'columnWeights'],
    results: ['y'],
    scalars: ['borderValue', 'amount', 'threshold'],
  },
  /**
   * Symmetric kernels on uint8, from the middle out, in units of 2^-15. Down, then across: z = Σₖ (wₖ · (x₋ₖ + xₖ) + 2^14) >> 15
   * of 64 · x, where the middle counts once; y = (z + 32) >> 6.
   */
  imageSmooth: {
    fields: IMAGE_WINDOW_FIELDS,
    operands: ['x', 'rowWeights', 'columnWeights'],
    results: ['y'],
    scalars: ['borderValue'],
  },
  /** y = ⌊(Σ x + ⌊area / 2⌋) / area⌋ on uint8 or uint16; the sum stays below 2^31. y is of x's type, here and below. */
  imageBox: { fields: IMAGE_WINDOW_FIELDS, operands: ['x'], results: ['y'], scalars: ['borderValue'] },
  /** 3 × 3 or 5 × 5. */
  imageMedian: { fields: IMAGE_WINDOW_FIELDS, operands: ['x'], results: ['y'], scalars: ['borderValue'] },
  /** The smallest value where the mask is not 0; an empty mask is an error of the run. */
  imageErode: { fields: IMAGE_WINDOW_FIELDS, operands: ['x', 'mask?'], results: ['y'], scalars: ['borderValue'] },
  /** The largest. */
  imageDilate: { fields: IMAGE_WINDOW_FIELDS, operands: ['x', 'mask?'], results: ['y'], scalars: ['borderValue'] },
  /** y, int32, sums up what of x, uint8 or uint16, lies above and to the left, modulo 2^32. */
  imageIntegral: { fields: IMAGE_INTEGRAL_FIELDS, operands: ['x'], results: ['y'], scalars: [] },
  /** x and y are of one type but int32, the bounds int32. Bounds that reach beyond the input are moved inside. */
  imageResize: {
    fields: IMAGE_RESIZE_FIELDS,
    operands: ['x', 'acrossBounds', 'acrossWeights', 'downBounds', 'downWeights'],
    results: ['y'],
    scalars: [],
  },
  /** x and y are of one type but int32; `value` holds what mode 'constant' pads with, one a channel. */
  imagePad: { fields: IMAGE_PAD_FIELDS, operands: ['x', 'value'], results: ['y'], scalars: [] },
} as const;

export type StepKind = keyof typeof STEP_TABLE;
export const STEP_KINDS = Object.keys(STEP_TABLE) as StepKind[];

interface StepOf<Kind extends StepKind, Geometry> {
  readonly kind: Kind;
  readonly geometry: Geometry;
  /** One entry an operand of STEP_TABLE, NO_SLOT where it is absent. */
  readonly operands: readonly SlotId[];
  /** One entry a result of STEP_TABLE, NO_SLOT where it is not wanted. */
  readonly results: readonly SlotId[];
  /** One entry a float parameter of STEP_TABLE. */
  readonly scalars: readonly number[];
  /** Applied last. IDENTITY for kinds that have none. */
  readonly activation: ActivationRecord;
  /** What the user asked for; 'auto' for kinds with no choice. Already checked against the shape. */
  readonly algorithm: Algorithm;
}

export type ConvStep = StepOf<'conv', ConvGeometry>;
export type ConvTransposeStep = StepOf<'convTranspose', ConvTransposeGeometry>;
export type MaxPoolStep = StepOf<'maxPool', PoolGeometry>;
export type AvgPoolStep = StepOf<'avgPool', AvgPoolGeometry>;
export type LpPoolStep = StepOf<'lpPool', PoolGeometry>;
export type AdaptiveAvgPoolStep = StepOf<'adaptiveAvgPool', AdaptivePoolGeometry>;
export type AdaptiveMaxPoolStep = StepOf<'adaptiveMaxPool', AdaptivePoolGeometry>;
export type MaxUnpoolStep = StepOf<'maxUnpool', MaxUnpoolGeometry>;
export type BatchNormStep = StepOf<'batchNorm', ChannelGeometry>;
export type ActivationStep = StepOf<'activation', ChannelGeometry>;
export type LinearStep = StepOf<'linear', LinearGeometry>;
export type SoftmaxStep = StepOf<'softmax', SoftmaxGeometry>;
export type Im2colStep = StepOf<'im2col', Im2colGeometry>;
export type Col2imStep = StepOf<'col2im', Im2colGeometry>;
export type PadStep = StepOf<'pad', PadGeometry>;
export type TransposeStep = StepOf<'transpose', TransposeGeometry>;
export type ReshapeStep = StepOf<'reshape', ReshapeGeometry>;
export type UnaryStep = StepOf<'unary', UnaryGeometry>;
export type BinaryStep = StepOf<'binary', BinaryGeometry>;
export type WhereStep = StepOf<'where', WhereGeometry>;
export type StridedStep = StepOf<'strided', StridedGeometry>;
export type ConcatStep = StepOf<'concat', ConcatGeometry>;
export type ReduceStep = StepOf<'reduce', ReduceGeometry>;
export type GatherStep = StepOf<'gather', GatherGeometry>;
export type TopKStep = StepOf<'topK', TopKGeometry>;
export type NonMaxSuppressionStep = StepOf<'nonMaxSuppression', NonMaxSuppressionGeometry>;
export type ResampleStep = StepOf<'resample', ResampleGeometry>;
export type NormalizeStep = StepOf<'normalize', NormalizeGeometry>;
export type LrnStep = StepOf<'lrn', LrnGeometry>;
export type GridSampleStep = StepOf<'gridSample', GridSampleGeometry>;
export type LogSoftmaxStep = StepOf<'logSoftmax', SoftmaxGeometry>;
export type ConvertStep = StepOf<'convert', ConvertGeometry>;
export type ImageToTensorStep = StepOf<'imageToTensor', ImageToTensorGeometry>;
export type TensorToImageStep = StepOf<'tensorToImage', TensorToImageGeometry>;
export type ImageFilterStep = StepOf<'imageFilter', ImageWindowGeometry>;
export type ImageSeparableStep = StepOf<'imageSeparable', ImageWindowGeometry>;
export type ImageSharpenStep = StepOf<'imageSharpen', ImageWindowGeometry>;
export type ImageSmoothStep = StepOf<'imageSmooth', ImageWindowGeometry>;
export type ImageBoxStep = StepOf<'imageBox', ImageWindowGeometry>;
export type ImageMedianStep = StepOf<'imageMedian', ImageWindowGeometry>;
export type ImageErodeStep = StepOf<'imageErode', ImageWindowGeometry>;
export type ImageDilateStep = StepOf<'imageDilate', ImageWindowGeometry>;
export type ImageIntegralStep = StepOf<'imageIntegral', ImageIntegralGeometry>;
export type ImageResizeStep = StepOf<'imageResize', ImageResizeGeometry>;
export type ImagePadStep = StepOf<'imagePad', ImagePadGeometry>;

export type Step =
  | ConvStep
  | ConvTransposeStep
  | MaxPoolStep
  | AvgPoolStep
  | LpPoolStep
  | AdaptiveAvgPoolStep
  | AdaptiveMaxPoolStep
  | MaxUnpoolStep
  | BatchNormStep
  | ActivationStep
  | LinearStep
  | SoftmaxStep
  | Im2colStep
  | Col2imStep
  | PadStep
  | TransposeStep
  | ReshapeStep
  | UnaryStep
  | BinaryStep
  | WhereStep
  | StridedStep
  | ConcatStep
  | ReduceStep
  | GatherStep
  | TopKStep
  | NonMaxSuppressionStep
  | ResampleStep
  | NormalizeStep
  | LrnStep
  | GridSampleStep
  | LogSoftmaxStep
  | ConvertStep
  | ImageToTensorStep
  | TensorToImageStep
  | ImageFilterStep
  | ImageSeparableStep
  | ImageSharpenStep
  | ImageSmoothStep
  | ImageBoxStep
  | ImageMedianStep
  | ImageErodeStep
  | ImageDilateStep
  | ImageIntegralStep
  | ImageResizeStep
  | ImagePadStep;

export type GeometryOf<Kind extends StepKind> = Extract<Step, { kind: Kind }>['geometry'];
