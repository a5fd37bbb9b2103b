#pragma once

// Kernel family `resample`: sums of weighted values that are picked by tables, t in order:
//
//   runs     y[j·y_stride + i] = offset[j] + Σₜ weights[j·taps + t] · x[indices[j·taps + t]·x_stride + i]
//            for i < run: whole runs of neighbouring values share an index
//   places   y[j] = offset[j] + Σₜ weights[t·table_stride + j] · x[indices[t·table_stride + j]]
//            every value has indices of its own; a negative one stands for a 0 and reads nothing
//
// Reads and writes of x and y are exact. The tables of `places`, offset among them, are read in whole
// vectors, kResampleLanes being the longest. No alignment is needed; y overlaps nothing.

#include <cstdint>

#include "core/cpu.h"

namespace convkit {

constexpr int64_t kResampleLanes = 16;

struct ResampleRuns {
  const float* x;
  float* y;
  const int32_t* indices;
  const float* weights;
  const float* offset;  // may be null: zeros
  int64_t outputs, taps, run;
  int64_t x_stride, y_stride;
};

struct ResamplePlaces {
  const float* x;
  float* y;
  const int32_t* indices;
  const float* weights;
  const float* offset;  // may be null: zeros
  int64_t outputs, taps, table_stride;
};

struct ResampleKernels {
  int lanes;
  void (*runs)(const ResampleRuns& args);
  void (*places)(const ResamplePlaces& args);
};

const ResampleKernels& resampleKernels(Isa isa);

}  // namespace convkit
