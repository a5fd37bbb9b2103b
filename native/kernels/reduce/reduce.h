#pragma once

// Kernel family `reduce`: rows of floats are reduced by a sum, a maximum or minimum (NaN where there is one)
// or a product.
//
//   down     y[c] = the reduction of x[r · row_stride + c] over r < rows, for c < columns
//   across   y[0] = the reduction of x[c] over c < columns; rows and row_stride are not read
//
// The order of a sum depends on rows and columns alone. Rows of `down` are added one after another, values of
// `across` in eight vectors: who wants an exact sum gives few at a time. Reads exactly these values and
// writes exactly y; no alignment is needed, nothing overlaps; rows and columns are at least 1.

#include <cstdint>

#include "core/cpu.h"

namespace convkit {

enum class Reduction { kSum, kMax, kMin, kProd, kCount };

struct ReduceArgs {
  const float* x;
  int64_t row_stride;
  int64_t rows, columns;
  float* y;
};

using ReduceKernel = void (*)(const ReduceArgs& args);

struct ReduceKernels {
  ReduceKernel down[static_cast<int>(Reduction::kCount)];
  ReduceKernel across[static_cast<int>(Reduction::kCount)];
};

const ReduceKernels& reduceKernels(Isa isa);

}  // namespace convkit
