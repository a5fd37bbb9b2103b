#pragma once

// A vector of whole numbers of 16 bits. Like vec.h: only for the thin per-ISA files, everything internal.

#include "simd/vec.h"

namespace convkit {
namespace {

constexpr int kShortLanes = 2 * kLanes;

typedef int16_t Shorts __attribute__((vector_size(kShortLanes * 2)));

CONVKIT_INLINE Shorts loadShorts(const int16_t* p) {
  Shorts v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
CONVKIT_INLINE void storeShorts(int16_t* p, Shorts v) { __builtin_memcpy(p, &v, sizeof v); }
CONVKIT_INLINE Shorts broadcastShort(int16_t value) { return Shorts{} + value; }

// As many as a vector of float32 has, and those as float32.
typedef int16_t HalfShorts __attribute__((vector_size(kLanes * 2)));

CONVKIT_INLINE HalfShorts loadHalf(const int16_t* p) {
  HalfShorts v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
CONVKIT_INLINE Vec toFloats(HalfShorts v) { return __builtin_convertvector(v, Vec); }

// (a · b + 2^14) >> 15, for 0 ≤ a, b.
#if defined(__AVX512BW__)
CONVKIT_INLINE Shorts scaledProduct(Shorts a, Shorts b) {
  return (Shorts)_mm512_mulhrs_epi16((__m512i)a, (__m512i)b);
}
#elif defined(__AVX2__)
CONVKIT_INLINE Shorts scaledProduct(Shorts a, Shorts b) {
  return (Shorts)_mm256_mulhrs_epi16((__m256i)a, (__m256i)b);
}
#elif defined(__aarch64__)
CONVKIT_INLINE Shorts scaledProduct(Shorts a, Shorts b) {
  return (Shorts)vqrdmulhq_s16((int16x8_t)a, (int16x8_t)b);
}
#else
// SSE2 has the two halves of the product.
CONVKIT_INLINE Shorts scaledProduct(Shorts a, Shorts b) {
  typedef uint16_t Unsigned __attribute__((vector_size(sizeof(Shorts))));
  const Unsigned high = (Unsigned)_mm_mulhi_epi16((__m128i)a, (__m128i)b);
  const Unsigned low = (Unsigned)a * (Unsigned)b;
  return (Shorts)((high << 1) + (((low >> 14) + 1) >> 1));
}
#endif

}  // namespace
}  // namespace convkit
