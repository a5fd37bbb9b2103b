#pragma once

// One vector of float32, as wide as the instruction set that this file is compiled for. Included
// only by the thin per-ISA files of native/kernels, inside which everything must stay: the whole
// content has internal linkage, so that the linker can never hand one ISA's copy to another.

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define CONVKIT_INLINE static inline __attribute__((always_inline, unused))

namespace convkit {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Vec __attribute__((vector_size(kLanes * 4)));
typedef int32_t IntVec __attribute__((vector_size(kLanes * 4)));

#if defined(__AVX512F__)

CONVKIT_INLINE Vec broadcast(float value) { return (Vec)_mm512_set1_ps(value); }
CONVKIT_INLINE Vec load(const float* p) { return (Vec)_mm512_loadu_ps(p); }
CONVKIT_INLINE void store(float* p, Vec v) { _mm512_storeu_ps(p, (__m512)v); }
CONVKIT_INLINE __mmask16 firstLanes(int count) { return (__mmask16)((1u << count) - 1u); }
CONVKIT_INLINE Vec loadPartial(const float* p, int count) {
  return (Vec)_mm512_maskz_loadu_ps(firstLanes(count), p);
}
CONVKIT_INLINE void storePartial(float* p, Vec v, int count) {
  _mm512_mask_storeu_ps(p, firstLanes(count), (__m512)v);
}
CONVKIT_INLINE Vec fma(Vec a, Vec b, Vec c) { return (Vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
// Larger of the two; `v` where either is NaN, so that a NaN in `v` survives. Masked, because the unmasked
// intrinsics of g++ 12 trip -Wuninitialized; the full mask is folded away.
constexpr __mmask16 kAllLanes = 0xffff;
CONVKIT_INLINE Vec maxKeepNan(Vec bound, Vec v) {
  return (Vec)_mm512_maskz_max_ps(kAllLanes, (__m512)bound, (__m512)v);
}
CONVKIT_INLINE Vec minKeepNan(Vec bound, Vec v) {
  return (Vec)_mm512_maskz_min_ps(kAllLanes, (__m512)bound, (__m512)v);
}

#elif defined(__AVX2__)

CONVKIT_INLINE Vec broadcast(float value) { return (Vec)_mm256_set1_ps(value); }
CONVKIT_INLINE Vec load(const float* p) { return (Vec)_mm256_loadu_ps(p); }
CONVKIT_INLINE void store(float* p, Vec v) { _mm256_storeu_ps(p, (__m256)v); }
CONVKIT_INLINE __m256i firstLanes(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
CONVKIT_INLINE Vec loadPartial(const float* p, int count) {
  return (Vec)_mm256_maskload_ps(p, firstLanes(count));
}
CONVKIT_INLINE void storePartial(float* p, Vec v, int count) {
  _mm256_maskstore_ps(p, firstLanes(count), (__m256)v);
}
CONVKIT_INLINE Vec fma(Vec a, Vec b, Vec c) { return (Vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
CONVKIT_INLINE Vec maxKeepNan(Vec bound, Vec v) { return (Vec)_mm256_max_ps((__m256)bound, (__m256)v); }
CONVKIT_INLINE Vec minKeepNan(Vec bound, Vec v) { return (Vec)_mm256_min_ps((__m256)bound, (__m256)v); }

#else

CONVKIT_INLINE Vec loadPartial(const float* p, int count) {
  Vec v{};
  for (int i = 0; i < count; ++i) v[i] = p[i];
  return v;
}
CONVKIT_INLINE void storePartial(float* p, Vec v, int count) {
  for (int i = 0; i < count; ++i) p[i] = v[i];
}

#if defined(__aarch64__)

CONVKIT_INLINE Vec broadcast(float value) { return (Vec)vdupq_n_f32(value); }
CONVKIT_INLINE Vec load(const float* p) { return (Vec)vld1q_f32(p); }
CONVKIT_INLINE void store(float* p, Vec v) { vst1q_f32(p, (float32x4_t)v); }
CONVKIT_INLINE Vec fma(Vec a, Vec b, Vec c) {
  return (Vec)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
CONVKIT_INLINE Vec maxKeepNan(Vec bound, Vec v) { return (Vec)vmaxq_f32((float32x4_t)bound, (float32x4_t)v); }
CONVKIT_INLINE Vec minKeepNan(Vec bound, Vec v) { return (Vec)vminq_f32((float32x4_t)bound, (float32x4_t)v); }

#else

CONVKIT_INLINE Vec broadcast(float value) { return (Vec)_mm_set1_ps(value); }
CONVKIT_INLINE Vec load(const float* p) { return (Vec)_mm_loadu_ps(p); }
CONVKIT_INLINE void store(float* p, Vec v) { _mm_storeu_ps(p, (__m128)v); }
// SSE2 has no fused multiply-add: the product is rounded before the sum.
CONVKIT_INLINE Vec fma(Vec a, Vec b, Vec c) { return a * b + c; }
CONVKIT_INLINE Vec maxKeepNan(Vec bound, Vec v) { return (Vec)_mm_max_ps((__m128)bound, (__m128)v); }
CONVKIT_INLINE Vec minKeepNan(Vec bound, Vec v) { return (Vec)_mm_min_ps((__m128)bound, (__m128)v); }

#endif
#endif

CONVKIT_INLINE Vec clampKeepNan(Vec v, float low, float high) {
  return minKeepNan(broadcast(high), maxKeepNan(broadcast(low), v));
}

CONVKIT_INLINE Vec absolute(Vec v) { return (Vec)((IntVec)v & 0x7fffffff); }

}  // namespace
}  // namespace convkit
