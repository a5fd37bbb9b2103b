#pragma once

// What poolings reduce their windows by, in vectors. Included only by the families' templates.

#include "simd/vec.h"

namespace convkit {
namespace {

// The larger; NaN where either is NaN; `m` where they are equal.
CONVKIT_INLINE Vec maxOrNan(Vec m, Vec x) {
#if defined(__AVX512F__)
  const __mmask16 ordered = _mm512_cmp_ps_mask((__m512)x, (__m512)x, _CMP_ORD_Q);
  return (Vec)_mm512_mask_max_ps((__m512)x, ordered, (__m512)x, (__m512)m);
#elif defined(__aarch64__)
  return (Vec)vmaxq_f32((float32x4_t)x, (float32x4_t)m);
#else
  // All bits set are a NaN.
  return (Vec)((IntVec)maxKeepNan(x, m) | (IntVec)(x != x));
#endif
}

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
