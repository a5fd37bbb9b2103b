#pragma once

// Kernel family `pixels`: pixels, whose channels lie side by side, to float32 values and back.
//
//   to_tensor:   y[c][i · y_stride] = x[i · pixel_stride + source[c]] · scale[c] + offset[c]
//   from_tensor: y[i · channels + c] = saturated(x[c][i · x_stride] · scale[c] + offset[c])
//
// for i < pixels and c < channels; with `reversed`, y takes the pixels from the last to the first. The
// product is rounded before the sum. Whole numbers are saturated: the nearest that the type holds, halves to
// even, NaN becomes 0; float32 values stay as they are.
//
// Reads and writes no more than that. With `stream`, y_stride is 1, not reversed, and every y[c] is a
// multiple of 64 bytes: it is written past the caches.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

struct ToTensorArgs {
  const void* x;
  int64_t pixels;
  int32_t pixel_stride, channels;
  int32_t source[kMostPixelChannels];
  const float* scale;
  const float* offset;
  float* y[kMostPixelChannels];
  int64_t y_stride;
  bool reversed, stream;
};

struct FromTensorArgs {
  const float* x[kMostPixelChannels];
  int64_t x_stride;
  int64_t pixels;
  int32_t channels;
  const float* scale;
  const float* offset;
  void* y;
};

// By SlotType; null for int32.
struct PixelKernels {
  void (*to_tensor[static_cast<int>(SlotType::kCount)])(const ToTensorArgs& args);
  void (*from_tensor[static_cast<int>(SlotType::kCount)])(const FromTensorArgs& args);
};

const PixelKernels& pixelKernels(Isa isa);

}  // namespace convkit
