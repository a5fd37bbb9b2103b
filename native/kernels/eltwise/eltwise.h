#pragma once

// Kernel family `eltwise`: y = activation(x · scale + shift + residual), over one run of values.
//
// Three forms, which differ in where the channel parameters come from:
//   lanes    blocked layout: `count` whole vectors, each with the same `lanes` channels
//   row      plain layout: `count` values of one channel
//   stream   plain layout: `count` values, each with a parameter of its own
//
// Reads and writes exactly `count` vectors or values; scale, shift and slope are read as `lanes`, 1 or
// `count` values. No alignment is needed. y may equal x or residual; otherwise nothing overlaps.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

struct EltwiseArgs {
  const float* x;
  const float* residual;  // may be null
  float* y;
  int64_t count;
  const float* scale;  // null: neither scale nor shift
  const float* shift;
  const float* slope;  // prelu's, else null
  Activation activation;
};

using EltwiseKernel = void (*)(const EltwiseArgs& args);

// y[i] = e^(x[i] − shift[i · shift_step]); y may equal x.
struct ExponentialArgs {
  const float* x;
  const float* shift;
  int64_t shift_step;  // 0 or 1
  float* y;
  int64_t count;
};

struct EltwiseKernels {
  int lanes;
  EltwiseKernel for_lanes, for_row, for_stream;
  void (*exponential)(const ExponentialArgs& args);
};

const EltwiseKernels& eltwiseKernels(Isa isa);

}  // namespace convkit
