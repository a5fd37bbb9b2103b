#pragma once

#include <cstdint>
#include <vector>

#include "program/kinds.h"

namespace convkit {

// One decoded and checked step. Only the geometry of its kind is meaningful.
constexpr int kMostScalars = 3;

struct Step {
  StepKind kind;
  Algorithm algorithm;
  Activation activation;
  std::vector<int32_t> operands;  // slots, kNoSlot where absent
  std::vector<int32_t> results;
  double scalars[kMostScalars];
  union {
    ConvGeometry conv;
    PoolGeometry pool;
    ResizeGeometry resize;
    ChannelGeometry channel;
    LinearGeometry linear;
    SoftmaxGeometry softmax;
    TransposeGeometry transpose;
    PadGeometry pad;
    ReshapeGeometry reshape;
    UnaryGeometry unary;
    BinaryGeometry binary;
    WhereGeometry where;
    StridedGeometry strided;
    ConcatGeometry concat;
    ReduceGeometry reduce;
    GatherGeometry gather;
    TopKGeometry top_k;
    NonMaxSuppressionGeometry non_max_suppression;
    ResampleGeometry resample;
    NormalizeGeometry normalize;
    LrnGeometry lrn;
    GridSampleGeometry grid_sample;
    ConvertGeometry convert;
    ImageToTensorGeometry image_to_tensor;
    TensorToImageGeometry tensor_to_image;
    ImageWindowGeometry image_window;
    ImageIntegralGeometry image_integral;
    ImageResizeGeometry image_resize;
    ImagePadGeometry image_pad;
  };
};

}  // namespace convkit
