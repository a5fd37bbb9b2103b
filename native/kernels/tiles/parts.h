#pragma once

// Values of float32 to the three bfloat16 that they are the sum of.

#include "kernels/tiles/tiles.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// The upper halves of 32 values, which are the values cut off to bfloat16.
CONVKIT_INLINE __m512i upperHalves(__m512 a, __m512 b) {
  const __m512i which = _mm512_set_epi16(63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31,
                                         29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  return _mm512_permutex2var_epi16(_mm512_castps_si512(a), which, _mm512_castps_si512(b));
}

// What cutting off leaves.
CONVKIT_INLINE __m512 remainder(__m512 v) {
  const __m512i upper = _mm512_set1_epi32(static_cast<int32_t>(0xffff0000));
  return v - _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(v), upper));
}

CONVKIT_INLINE void splitValues(__m512 a, __m512 b, __m512i (&parts)[kTileParts]) {
  parts[0] = upperHalves(a, b);
  a = remainder(a), b = remainder(b);
  parts[1] = upperHalves(a, b);
  a = remainder(a), b = remainder(b);
  parts[2] = upperHalves(a, b);
}

}  // namespace
}  // namespace convkit
