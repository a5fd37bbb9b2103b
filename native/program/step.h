#pragma once

#include <cstdint>
#include <vector>

#include "program/kinds.h"

namespace convkit {

// One decoded and checked step. Only the geometry of its kind is meaningful.
struct Step {
  StepKind kind;
  Algorithm algorithm;
  Activation activation;
  std::vector<int32_t> operands;  // slots, kNoSlot where absent
  std::vector<int32_t> results;
  double scalar;  // p or eps
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
  };
};

}  // namespace convkit
