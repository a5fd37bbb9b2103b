#pragma once

// Kernel family `depthwise`: convolutions of one channel a group on the blocked layout, each channel in its
// own lane.
//
//   y[h][w] = activation(Σ_kh Σ_kw x[h·stride + kh][w·stride + kw] ∘ weights[kh][kw] + bias + residual[h][w])
//
// A call computes some rows of one channel block of one image. A tile is up to kMaxDepthwiseColumns pixels of
// a row: three or five weights meet all the tile's pixels, whose sums stay in registers, and a row of input,
// in the first-level cache since the row of output above it, is read once for each row of the kernel.
//
// Every sum begins with zero and runs over kh, then kw, wherever the pixel is in a tile. Pixels of padding
// are zeros that are multiplied like any other; they need not be in memory.
//
// Reads: x at exactly the windows' pixels inside the plane, as whole vectors; size² vectors of weights, one
// of bias and of slope; with the flag `fetch_below` it fetches what lies below them, too. Writes rows ×
// columns whole vectors. No alignment is needed. y may equal residual and must overlap nothing else.

#include <cstdint>

#include "core/cpu.h"
#include "kernels/product/product.h"

namespace convkit {

struct DepthwiseArgs {
  const float* x;  // the plane's first pixel
  int64_t x_row_stride;
  int32_t x_rows, x_columns;
  int32_t first_row;  // of the first window: negative where padding is above the plane
  int32_t pad_left;
  const float* zeros;    // x_columns vectors, in the place of rows of padding
  const float* weights;  // [kh][kw][lanes]
  float* y;
  int64_t y_row_stride;
  const float* residual;  // may be null
  int64_t residual_row_stride;
  int32_t rows, columns;     // of output, at least one each
  const Epilogue* epilogue;  // of this block
  // The input and the output of the row below, perhaps below the plane, are fetched while a row is computed:
  // for planes that are in no cache near by.
  bool fetch_below;
};

using DepthwiseKernel = void (*)(const DepthwiseArgs& args);

constexpr int kMaxDepthwiseColumns = 8;
constexpr int kMaxDepthwiseStride = 2;

struct DepthwiseKernels {
  int lanes;
  // [stride − 1], the same both ways.
  DepthwiseKernel size3[kMaxDepthwiseStride], size5[kMaxDepthwiseStride];
};

const DepthwiseKernels& depthwiseKernels(Isa isa);

}  // namespace convkit
