#pragma once

// Vectors of bytes and what they widen to, as wide as the instruction set has them; unpacking and packing
// work within each 128 bits, so that one undoes the other.

#include "simd/vec.h"

#if defined(__AVX512F__)
#define CONVKIT_BYTE_VECTORS 1
namespace convkit {
namespace {

typedef __m512i Bytes;
constexpr __mmask32 kAllWords = 0xffffffff;
constexpr __mmask64 kAllBytes = ~0ull;

CONVKIT_INLINE Bytes loadBytes(const void* p) { return _mm512_loadu_si512(p); }
CONVKIT_INLINE void storeBytes(void* p, Bytes v) { _mm512_storeu_si512(p, v); }
CONVKIT_INLINE Bytes sameWords(int32_t value) { return _mm512_set1_epi32(value); }
CONVKIT_INLINE Bytes sameDoubleWords(int64_t value) { return _mm512_set1_epi64(value); }
CONVKIT_INLINE Bytes sameQuads(const void* p) {
  return _mm512_maskz_broadcast_i32x4(kAllLanes, _mm_loadu_si128((const __m128i*)p));
}
CONVKIT_INLINE Bytes unpackLowBytes(Bytes a, Bytes b) { return _mm512_maskz_unpacklo_epi8(kAllBytes, a, b); }
CONVKIT_INLINE Bytes unpackHighBytes(Bytes a, Bytes b) { return _mm512_maskz_unpackhi_epi8(kAllBytes, a, b); }
CONVKIT_INLINE Bytes pairProducts(Bytes a, Bytes b) { return _mm512_maskz_madd_epi16(kAllLanes, a, b); }
CONVKIT_INLINE Bytes addWords(Bytes a, Bytes b) { return _mm512_add_epi32(a, b); }
template <int kBits>
CONVKIT_INLINE Bytes shiftWordsLeft(Bytes v) {
  return _mm512_maskz_slli_epi32(kAllLanes, v, kBits);
}
template <int kBits>
CONVKIT_INLINE Bytes shiftWordsRight(Bytes v) {
  return _mm512_maskz_srai_epi32(kAllLanes, v, kBits);
}
CONVKIT_INLINE Bytes packWords(Bytes a, Bytes b) { return _mm512_maskz_packs_epi32(kAllWords, a, b); }
CONVKIT_INLINE Bytes packToBytes(Bytes a, Bytes b) { return _mm512_maskz_packus_epi16(kAllBytes, a, b); }
CONVKIT_INLINE Bytes shuffleBytes(Bytes v, Bytes which) {
  return _mm512_maskz_shuffle_epi8(kAllBytes, v, which);
}
template <int kOrder>
CONVKIT_INLINE Bytes shuffleWords(Bytes v) {
  return _mm512_maskz_shuffle_epi32(kAllLanes, v, (_MM_PERM_ENUM)kOrder);
}
// Quad i from p + i · stride.
CONVKIT_INLINE Bytes loadQuads(const uint8_t* p, int64_t stride) {
  __m512i v = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i*)p));
  v = _mm512_maskz_inserti32x4(kAllLanes, v, _mm_loadu_si128((const __m128i*)(p + stride)), 1);
  v = _mm512_maskz_inserti32x4(kAllLanes, v, _mm_loadu_si128((const __m128i*)(p + 2 * stride)), 2);
  return _mm512_maskz_inserti32x4(kAllLanes, v, _mm_loadu_si128((const __m128i*)(p + 3 * stride)), 3);
}

}  // namespace
}  // namespace convkit

#elif defined(__AVX2__)
#define CONVKIT_BYTE_VECTORS 1
namespace convkit {
namespace {

typedef __m256i Bytes;

CONVKIT_INLINE Bytes loadBytes(const void* p) { return _mm256_loadu_si256((const __m256i*)p); }
CONVKIT_INLINE void storeBytes(void* p, Bytes v) { _mm256_storeu_si256((__m256i*)p, v); }
CONVKIT_INLINE Bytes sameWords(int32_t value) { return _mm256_set1_epi32(value); }
CONVKIT_INLINE Bytes sameDoubleWords(int64_t value) { return _mm256_set1_epi64x(value); }
CONVKIT_INLINE Bytes sameQuads(const void* p) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i*)p));
}
CONVKIT_INLINE Bytes unpackLowBytes(Bytes a, Bytes b) { return _mm256_unpacklo_epi8(a, b); }
CONVKIT_INLINE Bytes unpackHighBytes(Bytes a, Bytes b) { return _mm256_unpackhi_epi8(a, b); }
CONVKIT_INLINE Bytes pairProducts(Bytes a, Bytes b) { return _mm256_madd_epi16(a, b); }
CONVKIT_INLINE Bytes addWords(Bytes a, Bytes b) { return _mm256_add_epi32(a, b); }
template <int kBits>
CONVKIT_INLINE Bytes shiftWordsLeft(Bytes v) {
  return _mm256_slli_epi32(v, kBits);
}
template <int kBits>
CONVKIT_INLINE Bytes shiftWordsRight(Bytes v) {
  return _mm256_srai_epi32(v, kBits);
}
CONVKIT_INLINE Bytes packWords(Bytes a, Bytes b) { return _mm256_packs_epi32(a, b); }
CONVKIT_INLINE Bytes packToBytes(Bytes a, Bytes b) { return _mm256_packus_epi16(a, b); }
CONVKIT_INLINE Bytes shuffleBytes(Bytes v, Bytes which) { return _mm256_shuffle_epi8(v, which); }
template <int kOrder>
CONVKIT_INLINE Bytes shuffleWords(Bytes v) {
  return _mm256_shuffle_epi32(v, kOrder);
}
CONVKIT_INLINE Bytes loadQuads(const uint8_t* p, int64_t stride) {
  const __m256i v = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i*)p));
  return _mm256_inserti128_si256(v, _mm_loadu_si128((const __m128i*)(p + stride)), 1);
}

}  // namespace
}  // namespace convkit

#else
#define CONVKIT_BYTE_VECTORS 0
#endif
