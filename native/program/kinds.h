#pragma once

#include <cstdint>

namespace convkit {

// The enumerations and records of src/program/step.ts and src/geometry/records.ts, in their order.
// No standard library here: the per-ISA kernel files include this.

// What a slot's values are: SLOT_TYPES of src/program/program.ts.
enum class SlotType : uint8_t { kFloat32, kInt32, kUint8, kUint16, kCount };

constexpr int64_t bytesPerValue(SlotType type) {
  return type == SlotType::kUint8 ? 1 : type == SlotType::kUint16 ? 2 : 4;
}

enum class StepKind : int32_t {
  kConv,
  kConvTranspose,
  kMaxPool,
  kAvgPool,
  kLpPool,
  kAdaptiveAvgPool,
  kAdaptiveMaxPool,
  kMaxUnpool,
  kBatchNorm,
  kActivation,
  kLinear,
  kSoftmax,
  kIm2col,
  kCol2im,
  kPad,
  kTranspose,
  kReshape,
  kUnary,
  kBinary,
  kWhere,
  kStrided,
  kConcat,
  kReduce,
  kGather,
  kTopK,
  kNonMaxSuppression,
  kResample,
  kNormalize,
  kLrn,
  kGridSample,
  kLogSoftmax,
  kConvert,
  kImageToTensor,
  kTensorToImage,
  kImageFilter,
  kImageSeparable,
  kImageSharpen,
  kImageSmooth,
  kImageBox,
  kImageMedian,
  kImageErode,
  kImageDilate,
  kImageIntegral,
  kImageResize,
  kImagePad,
  kCount
};

enum class ActivationKind : int32_t {
  kIdentity,
  kRelu,
  kRelu6,
  kSigmoid,
  kTanh,
  kSilu,
  kHardSigmoid,
  kHardSwish,
  kGelu,
  kLeakyRelu,
  kClip,
  kElu,
  kPrelu,
  kCount
};

enum class Algorithm : int32_t { kAuto, kDirect, kGemm, kWinograd, kDepthwise, kFft, kCount };

enum class PadMode : int32_t { kZeros, kReflect, kReplicate, kCircular, kCount };

enum class UnaryOperation : int32_t {
  kAffine,
  kAbs,
  kNeg,
  kReciprocal,
  kSqrt,
  kExp,
  kLog,
  kErf,
  kFloor,
  kCeil,
  kRound,
  kTruncate,
  kSign,
  kNot,
  kNonZero,
  kHardSigmoid,
  kSoftplus,
  kSoftsign,
  kMish,
  kSelu,
  kCelu,
  kGeluTanh,
  kCount
};

enum class BinaryOperation : int32_t {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMax,
  kMin,
  kPow,
  kIntDiv,
  kMod,
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAnd,
  kOr,
  kXor,
  kPrelu,
  kFmod,
  kCount
};

enum class ReduceOperation : int32_t {
  kSum,
  kMean,
  kMax,
  kMin,
  kProd,
  kArgMax,
  kArgMaxLast,
  kArgMin,
  kArgMinLast,
  kCount
};

enum class GridMode : int32_t { kBilinear, kNearest, kBicubic, kCount };
enum class GridPadding : int32_t { kZeros, kBorder, kReflection, kCount };

// How an image goes on beyond its edges: BORDERS of src/geometry/records.ts.
enum class BorderMode : int32_t { kReflect101, kReflect, kReplicate, kWrap, kConstant, kCount };
enum class ResizeArithmetic : int32_t { kPick, kFixed, kFloat, kLinear, kWide, kMean, kCount };
enum class ImagePadMode : int32_t { kConstant, kEdge, kReflect, kSymmetric, kWrap, kCount };

constexpr int kNoSlot = -1;

struct Extent3 {
  int32_t d, h, w;
  int64_t volume() const { return static_cast<int64_t>(d) * h * w; }
};

// A window sliding over a volume: WINDOW_FIELDS.
struct Window {
  Extent3 input, output, kernel, stride, dilation;
  int32_t pad_front, pad_back, pad_top, pad_bottom, pad_left, pad_right;
};

// CONV_FIELDS, for both directions of convolution.
struct ConvGeometry {
  int32_t batch, in_channels, out_channels, groups;
  Window window;
  int32_t inPerGroup() const { return in_channels / groups; }
  int32_t outPerGroup() const { return out_channels / groups; }
};

// POOL_FIELDS, AVG_POOL_FIELDS (with both extras) and IM2COL_FIELDS.
struct PoolGeometry {
  int32_t batch, channels;
  Window window;
  int32_t count_include_pad, divisor_override;
};

// ADAPTIVE_POOL_FIELDS and MAX_UNPOOL_FIELDS.
struct ResizeGeometry {
  int32_t batch, channels;
  Extent3 input, output;
};

struct ChannelGeometry {
  int32_t outer, channels, inner;
};

struct LinearGeometry {
  int32_t rows, in_features, out_features;
};

struct SoftmaxGeometry {
  int32_t outer, length, inner;
};

struct TransposeGeometry {
  int32_t batch, rows, columns;
};

struct PadGeometry {
  int32_t outer;
  Extent3 input;
  int32_t pad_front, pad_back, pad_top, pad_bottom, pad_left, pad_right;
  PadMode mode;
};

struct ReshapeGeometry {
  int32_t size;
};

struct UnaryGeometry {
  UnaryOperation operation;
  int32_t size;
};

// Sizes or strides of the general steps, the innermost axis last.
constexpr int kMostAxes = 6;
struct Axes {
  int32_t at[kMostAxes];
};

struct BinaryGeometry {
  BinaryOperation operation;
  Axes size, a, b;
};

struct WhereGeometry {
  Axes size, condition, a, b;
};

struct StridedGeometry {
  int32_t offset;
  Axes size, stride;
};

struct ConcatGeometry {
  int32_t outer, inner;
};

struct ReduceGeometry {
  ReduceOperation operation;
  int32_t outer, length, inner;
};

struct GatherGeometry {
  int32_t outer, length, inner, count;
};

struct TopKGeometry {
  int32_t outer, length, inner, k, largest;
};

struct NonMaxSuppressionGeometry {
  int32_t batches, classes, boxes, most_per_class, center_point;
};

struct ResampleGeometry {
  int32_t outer, length, inner, output_length, taps;
};

struct NormalizeGeometry {
  int32_t rows, length;
};

struct LrnGeometry {
  int32_t outer, channels, inner, size;
};

struct GridSampleGeometry {
  int32_t batch, channels, input_height, input_width, output_height, output_width;
  GridMode mode;
  GridPadding padding;
  int32_t align_corners;
};

struct ConvertGeometry {
  int32_t size;
};

// IMAGE_TO_TENSOR_FIELDS.
constexpr int kMostPixelChannels = 4;
struct ImageToTensorGeometry {
  int32_t height, width, offset, row_stride, pixel_stride, channels;
  int32_t source[kMostPixelChannels];
  int32_t flip_x, flip_y, channels_last;
};

struct TensorToImageGeometry {
  int32_t height, width, channels, channels_last, swap_red_blue;
};

// IMAGE_WINDOW_FIELDS.
struct ImageWindowGeometry {
  int32_t height, width, channels, row_stride;
  int32_t kernel_height, kernel_width, anchor_y, anchor_x;
  BorderMode border;
};
constexpr int32_t kLargestKernelSide = 1 << 14;
constexpr int32_t kLargestSmoothRadius = 15;

struct ImageIntegralGeometry {
  int32_t height, width, channels, row_stride;
};

// What a step on pixels reads: a region of an image, whose rows may have gaps between them.
struct PixelRegion {
  int32_t height, width, offset, row_stride, channels;
};

struct ImageResizeGeometry {
  PixelRegion input;
  int32_t output_height, output_width, taps_across, taps_down;
  ResizeArithmetic arithmetic;
};

struct ImagePadGeometry {
  PixelRegion input;
  int32_t pad_top, pad_bottom, pad_left, pad_right;
  ImagePadMode mode;
};

struct Activation {
  ActivationKind kind;
  float alpha, beta;
};

}  // namespace convkit
