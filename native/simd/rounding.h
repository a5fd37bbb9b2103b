#pragma once

// Whole numbers near a Vec's. Like math.h: a NaN lane stays NaN, an infinite one infinite, and zeros keep
// their sign. In plain arithmetic, because SSE2 has no instruction for it and memory is the bottleneck
// anyway.

#include "simd/math.h"

namespace convkit {
namespace {

// The nearest whole number, halves to even. From 2^23 on every float32 is whole.
CONVKIT_INLINE Vec roundToEven(Vec x) {
  const Vec size = absolute(x), magic = broadcast(8388608.0f);
  const Vec whole = (size + magic) - magic;
  return select(size < magic, copySign(whole, x), x);
}

CONVKIT_INLINE Vec roundDown(Vec x) {
  const Vec near = roundToEven(x);
  return select(near > x, near - 1.0f, near);
}

CONVKIT_INLINE Vec roundUp(Vec x) {
  const Vec near = roundToEven(x);
  return select(near < x, copySign(near + 1.0f, x), near);
}

CONVKIT_INLINE Vec roundToZero(Vec x) { return copySign(roundDown(absolute(x)), x); }

}  // namespace
}  // namespace convkit
