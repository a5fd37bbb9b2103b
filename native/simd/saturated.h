#pragma once

// How a float32 value becomes a pixel's.

#include "simd/vec.h"

namespace convkit {
namespace {

// Adding it leaves no bits for a fraction: the sum is rounded to a whole number, halves to even.
constexpr float kWhole = 12582912.0f;

template <class T>
CONVKIT_INLINE T saturated(float v) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return v;
  } else {
    constexpr float kMost = sizeof(T) == 1 ? 255.0f : 65535.0f;
    // Comparisons with NaN are false.
    const float above = v > 0.0f ? v : 0.0f;
    const float within = above < kMost ? above : kMost;
    return static_cast<T>(static_cast<int32_t>((within + kWhole) - kWhole));
  }
}

}  // namespace
}  // namespace convkit
