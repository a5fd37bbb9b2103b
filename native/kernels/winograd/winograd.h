#pragma once

// Kernel family `winograd`: the transforms of Winograd's minimal filtering F(m×m, 3×3).
//
//   y = Aᵀ [ (G g Gᵀ) ∘ (Bᵀ d B) ] A,   d an (m+2)×(m+2) patch of input, y an m×m patch of output
//
// after Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015). The points of
// F(4) are {0, ±√½, ±√2, ∞}: of the point sets with cheap transforms it has the smallest error, half
// that of {0, ±1, ±2, ∞}. F(2) has {0, ±1, ∞}.
//
// A vector holds one pixel's channel block; transforms work on whole vectors, each lane for itself.

#include <cstdint>

#include "core/cpu.h"
#include "kernels/product/product.h"

namespace convkit {

// Largest patch: elements of a transformed tile of F(4).
constexpr int kMaxWinogradElements = 36;

// Transforms one patch of one channel block, in the blocked layout. Only rows [row_begin, row_end) and
// columns [column_begin, column_end) of the (m+2)² vectors at x count, and are read; the rest is zero. Writes
// element e at out + e · element_stride.
struct WinogradInputArgs {
  const float* x;
  int64_t row_stride, pixel_stride;
  int32_t row_begin, row_end, column_begin, column_end;
  float* out;
  int64_t element_stride;
};

// The same from plain planes: x is where the patch begins in the block's first plane, and only the first
// `channels` planes count. With `reads_beside` the neighbours of columns that count may be read, though not
// used.
struct WinogradPlainInputArgs {
  const float* x;
  int64_t channel_stride, row_stride;
  int32_t row_begin, row_end, column_begin, column_end, channels;
  bool reads_beside;
  float* out;
  int64_t element_stride;
};

// Transforms one product tile of one output vector back, and writes its first rows × columns pixels
// after the epilogue, whose bias and slope are this vector's. Reads element e at m + e · element_stride.
struct WinogradOutputArgs {
  const float* m;
  int64_t element_stride;
  float* y;
  int64_t row_stride, pixel_stride;
  const float* residual;  // may be null
  int64_t residual_row_stride, residual_pixel_stride;
  int32_t rows, columns;
  const Epilogue* epilogue;
};

// Transforms the kernels of `lanes` output channels, any number, and `channels` input channels, G g Gᵀ:
// lane l of element e of input channel c goes to out + e · element_stride + c · channel_stride.
// Reads 9 · channels floats at weight + l · weight_stride for each lane.
struct WinogradWeightArgs {
  const float* weight;
  int64_t weight_stride;
  int64_t channels;
  int32_t lanes;  // of those missing in the last vector the result is 0
  float* out;
  int64_t channel_stride, element_stride;
};

// The same of kernels that were brought to their lanes before: [channel][vector][9][lanes], one after
// another. Writes each channel's vectors side by side.
struct WinogradExpandArgs {
  const float* kernels;
  int64_t channels;
  int32_t vectors;
  float* out;
  int64_t channel_stride, element_stride;
};

struct WinogradTransforms {
  int tile;  // m
  void (*weights)(const WinogradWeightArgs& args);
  void (*expand)(const WinogradExpandArgs& args);
  void (*input)(const WinogradInputArgs& args);
  void (*input_plain)(const WinogradPlainInputArgs& args);
  void (*output)(const WinogradOutputArgs& args);
};

struct WinogradKernels {
  WinogradTransforms f2, f4;
};

const WinogradKernels& winogradKernels(Isa isa);

}  // namespace convkit
