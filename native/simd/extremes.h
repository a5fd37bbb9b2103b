#pragma once

// Maxima and minima that a NaN survives. Like vec.h: included only by the thin per-ISA files.

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

// The same of the smaller.
CONVKIT_INLINE Vec minOrNan(Vec m, Vec x) {
#if defined(__AVX512F__)
  const __mmask16 ordered = _mm512_cmp_ps_mask((__m512)x, (__m512)x, _CMP_ORD_Q);
  return (Vec)_mm512_mask_min_ps((__m512)x, ordered, (__m512)x, (__m512)m);
#elif defined(__aarch64__)
  return (Vec)vminq_f32((float32x4_t)x, (float32x4_t)m);
#else
  return (Vec)((IntVec)minKeepNan(x, m) | (IntVec)(x != x));
#endif
}

}  // namespace
}  // namespace convkit
