#pragma once

// Four vectors of float32 as one of bytes. Like vec.h: only for the thin per-ISA files, everything internal.

#include "simd/saturated.h"

namespace convkit {
namespace {

// The nearest whole number from 0 to 255 in every lane, halves to even; 0 for NaN.
CONVKIT_INLINE IntVec wholeBytes(Vec v) {
  const Vec above = maxKeepNan(v, broadcast(0.0f));
  const Vec whole = minKeepNan(above, broadcast(255.0f)) + kWhole;
  return (IntVec)whole & 0xff;
}

// y[i] = saturated<uint8_t>(x[i]) for 4 · kLanes values. Packing works within quads, which the last step puts
// in order.
CONVKIT_INLINE void storeBytes(uint8_t* y, const float* x) {
  IntVec v[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) v[i] = wholeBytes(load(x + i * kLanes));
#if defined(__AVX512BW__)
  const __m512i low = _mm512_packs_epi32((__m512i)v[0], (__m512i)v[1]);
  const __m512i high = _mm512_packs_epi32((__m512i)v[2], (__m512i)v[3]);
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i bytes = _mm512_packus_epi16(low, high);
  _mm512_storeu_si512(y, _mm512_maskz_permutexvar_epi32(kAllLanes, order, bytes));
#elif defined(__AVX2__)
  const __m256i low = _mm256_packs_epi32((__m256i)v[0], (__m256i)v[1]);
  const __m256i high = _mm256_packs_epi32((__m256i)v[2], (__m256i)v[3]);
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  const __m256i bytes = _mm256_packus_epi16(low, high);
  _mm256_storeu_si256((__m256i*)y, _mm256_permutevar8x32_epi32(bytes, order));
#elif defined(__SSE2__)
  const __m128i low = _mm_packs_epi32((__m128i)v[0], (__m128i)v[1]);
  const __m128i high = _mm_packs_epi32((__m128i)v[2], (__m128i)v[3]);
  _mm_storeu_si128((__m128i*)y, _mm_packus_epi16(low, high));
#else
  for (int i = 0; i < 4 * kLanes; ++i) y[i] = static_cast<uint8_t>(v[i / kLanes][i % kLanes]);
#endif
}

}  // namespace
}  // namespace convkit
