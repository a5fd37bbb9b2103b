#pragma once

// Kernel family `narrow`: convolutions of few channels a group, straight on plain NCHW, with neighbouring
// pixels of an output row in the lanes of a vector.
//
//   y[oc][h][w] = activation(bias[oc] + Σ_ic Σ_kw Σ_kh weight[oc][ic][kh][kw] · x[ic][h'][w'] +
//   residual[oc][h][w]) h' = h·stride + kh·dilation − pad, and w' likewise
//
// A call computes up to kMaxNarrowOut output channels of one group on a band of rows. A tile within it is
// (output channels × rows × vectors): each vector of pixels, loaded once, meets all output channels and all
// rows whose windows it is in; each weight, broadcast once, meets all rows and vectors.
//
// Every sum begins with the bias and runs over ic, then kw, then kh, as written; with kernels of any size
// (`kAnyKernel`) over ic, then kh, then kw. Padding counts as zeros that are multiplied like any pixel.
//
// Sums of more than kLongestChain products are cut into partial sums of at most so many: some channels, or
// some taps where there are more in a channel.
//
// Reads: input rows from their first pixel to their last, through masks at the edges, and nothing else; x, y
// and residual need no alignment. y may equal residual and must overlap nothing else.

#include <cstdint>

#include "core/cpu.h"
#include "kernels/product/product.h"

namespace convkit {

// What is the same for all calls of an operator.
struct NarrowShape {
  int32_t in_channels;  // of the group
  int32_t x_height, x_width, y_height, y_width;
  int32_t kernel_h, kernel_w;
  int32_t stride_h;                // the width's is the kernel's own
  int32_t dilation_h, dilation_w;  // dilation_h is 1 except with kAnyKernel
  int32_t pad_top, pad_left;
  // Output vectors in [inner_begin, inner_end) read whole vectors within their rows for every kw.
  int32_t inner_begin, inner_end;
  // [output vector][kw]: the pixels of stride · lanes ones that lie in the row, one bit each.
  const uint32_t* pixels;
  const float* zeros;  // x_width of them: rows of padding
  // The 3×3 kernels fetch the lines that the next tile will write: for outputs that are in no cache near
  // by.
  bool fetch_outputs;
  // Whole vectors of y, whose rows are multiples of 64 bytes from 0, go past the caches.
  bool stream;
};

struct NarrowArgs {
  const NarrowShape* shape;
  const float* x;           // the group's first channel
  const float* weights;     // [ic][kw][kh][output channel], with kAnyKernel [ic][kh][kw][output channel]
  float* y;                 // the first output channel
  const float* residual;    // the same place as y; may be null
  int32_t first_row, rows;  // of output
  const Epilogue* epilogue;
};

using NarrowKernel = void (*)(const NarrowArgs& args);

enum NarrowKernelSize { kAnyKernel, kKernel3, kKernel5, kKernel7, kNarrowKernelSizes };
constexpr int kMaxNarrowOut = 4;
constexpr int kMaxNarrowStride = 2;

struct NarrowKernels {
  int lanes;
  // [size][stride along the width − 1][log2 of the output channels: 1, 2, 4]; null where the family has none.
  // All sizes but kAnyKernel are square, with the same stride both ways and without dilation.
  NarrowKernel rows[kNarrowKernelSizes][kMaxNarrowStride][3];
};

const NarrowKernels& narrowKernels(Isa isa);

}  // namespace convkit
