#pragma once

// Weighted sums in float32.

#include "kernels/image_resize/down.h"

namespace convkit {
namespace {

typedef float Quad __attribute__((vector_size(16)));

template <class T>
CONVKIT_INLINE Quad loadQuad(const T* p) {
  typedef T Values __attribute__((vector_size(4 * sizeof(T))));
  Values values;
  __builtin_memcpy(&values, p, sizeof values);
  return __builtin_convertvector(values, Quad);
}

// Rows side by side: their sums do not wait for one another.
template <class T>
CONVKIT_INLINE void acrossFewChannels(const AcrossFloatsArgs& args) {
  const T* x = static_cast<const T*>(args.x);
  for (int64_t o = 0; o < args.outputs; ++o) {
    const int64_t count = args.spans[2 * o + 1];
    const float* weights = args.weights + o * args.taps;
    for (int c = 0; c < args.channels; ++c) {
      const T* from = x + int64_t{args.spans[2 * o]} * args.channels + c;
      float sums[kResizeRows] = {};
      for (int64_t t = 0; t < count; ++t, from += args.channels) {
#pragma GCC unroll 8
        for (int r = 0; r < kResizeRows; ++r) {
          sums[r] += static_cast<float>(from[r * args.x_stride]) * weights[t];
        }
      }
      for (int r = 0; r < kResizeRows; ++r) args.y[r][o * args.channels + c] = sums[r];
    }
  }
}

// The same with a pixel to a vector. Of three channels a fourth value is read and written along, and the next
// output overwrites it.
template <class T>
CONVKIT_INLINE void acrossPixels(const AcrossFloatsArgs& args) {
  const T* x = static_cast<const T*>(args.x);
  for (int64_t o = 0; o < args.outputs; ++o) {
    const T* from = x + int64_t{args.spans[2 * o]} * args.channels;
    const int64_t count = args.spans[2 * o + 1];
    const float* weights = args.weights + o * args.taps;
    Quad sums[kResizeRows] = {};
    for (int64_t t = 0; t < count; ++t, from += args.channels) {
#pragma GCC unroll 8
      for (int r = 0; r < kResizeRows; ++r) sums[r] += loadQuad(from + r * args.x_stride) * weights[t];
    }
#pragma GCC unroll 8
    for (int r = 0; r < kResizeRows; ++r) {
      __builtin_memcpy(args.y[r] + o * args.channels, &sums[r], sizeof sums[r]);
    }
  }
}

template <class T>
void acrossFloats(const AcrossFloatsArgs& args) {
  if (args.channels >= 3) return acrossPixels<T>(args);
  acrossFewChannels<T>(args);
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
void downFloats(const DownFloatsArgs& args) {
  T* y = static_cast<T*>(args.y);
  float sums[kRun];
  int64_t at = 0;
  for (; at + kRun <= args.size; at += kRun) {
    Vec run[kRunVectors] = {};
    for (int64_t t = 0; t < args.taps; ++t) {
      const Vec weight = broadcast(args.weights[t]);
#pragma GCC unroll 4
      for (int i = 0; i < kRunVectors; ++i) run[i] += load(args.rows[t] + at + i * kLanes) * weight;
    }
    __builtin_memcpy(sums, run, sizeof run);
    for (int i = 0; i < kRun; ++i) y[at + i] = asPixel<T>(sums[i]);
  }
  for (; at < args.size; ++at) {
    float sum = 0;
    for (int64_t t = 0; t < args.taps; ++t) sum += args.rows[t][at] * args.weights[t];
    y[at] = asPixel<T>(sum);
  }
}

}  // namespace
}  // namespace convkit
