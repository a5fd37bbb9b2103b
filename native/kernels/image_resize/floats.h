#pragma once

// Weighted sums in float32.

#include "kernels/image_resize/down.h"

namespace convkit {
namespace {

// Rows side by side: their sums do not wait for one another.
template <class T>
void acrossFloats(const AcrossFloatsArgs& args) {
  for (int64_t o = 0; o < args.outputs; ++o) {
    const int64_t first = int64_t{args.spans[2 * o]} * args.channels;
    const int64_t count = args.spans[2 * o + 1];
    const float* weights = args.weights + o * args.taps;
    for (int c = 0; c < args.channels; ++c) {
      float sums[kResizeRows] = {};
      for (int64_t t = 0; t < count; ++t) {
        const int64_t at = first + t * args.channels + c;
#pragma GCC unroll 8
        for (int r = 0; r < kResizeRows; ++r) {
          sums[r] += static_cast<float>(static_cast<const T*>(args.x[r])[at]) * weights[t];
        }
      }
      for (int r = 0; r < kResizeRows; ++r) args.y[r][o * args.channels + c] = sums[r];
    }
  }
}

template <class T>
CONVKIT_INLINE T asPixel(float v) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return v;
  } else {
    return static_cast<T>(static_cast<int32_t>(wholeWithin(v, sizeof(T) == 1 ? 255.0f : 65535.0f)));
  }
}

template <class T>
CONVKIT_INLINE void downFloatsRun(const DownFloatsArgs& args, int64_t at, int count) {
  float sums[kRun] = {};
  for (int64_t t = 0; t < args.taps; ++t) {
    const float* row = args.rows[t] + at;
    for (int i = 0; i < count; ++i) sums[i] += row[i] * args.weights[t];
  }
  for (int i = 0; i < count; ++i) static_cast<T*>(args.y)[at + i] = asPixel<T>(sums[i]);
}

template <class T>
void downFloats(const DownFloatsArgs& args) {
  int64_t at = 0;
  for (; at + kRun <= args.size; at += kRun) downFloatsRun<T>(args, at, kRun);
  downFloatsRun<T>(args, at, static_cast<int>(args.size - at));
}

}  // namespace
}  // namespace convkit
