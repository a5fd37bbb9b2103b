#pragma once

// What poolings reduce their windows by, in vectors. Included only by the families' templates.

#include "simd/extremes.h"

namespace convkit {
namespace {

// Four floats, for what is left of a vector when its lanes have been reduced.
typedef float Quad __attribute__((vector_size(16)));

struct Maximum {
  static constexpr bool kDivides = false;
  CONVKIT_INLINE Vec start() { return broadcast(-__builtin_inff()); }
  CONVKIT_INLINE Vec combine(Vec sum, Vec x) { return maxOrNan(sum, x); }
  CONVKIT_INLINE Quad combineQuads(Quad m, Quad x) {
    const Quad larger = x > m ? x : m;
    return x != x ? x : larger;
  }
  CONVKIT_INLINE Vec finish(Vec sum, float) { return sum; }
};

struct Average {
  static constexpr bool kDivides = true;
  CONVKIT_INLINE Vec start() { return Vec{}; }
  CONVKIT_INLINE Vec combine(Vec sum, Vec x) { return sum + x; }
  CONVKIT_INLINE Quad combineQuads(Quad sum, Quad x) { return sum + x; }
  CONVKIT_INLINE Vec finish(Vec sum, float divisor) { return sum / divisor; }
};

}  // namespace
}  // namespace convkit
