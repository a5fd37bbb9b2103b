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
// For member functions, in which `static` means something else.
#define CONVKIT_INLINE_MEMBER inline __attribute__((always_inline))

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
CONVKIT_INLINE void stream(float* p, Vec v) { _mm512_stream_ps(p, (__m512)v); }
CONVKIT_INLINE __mmask16 firstLanes(int count) { return (__mmask16)((1u << count) - 1u); }
CONVKIT_INLINE Vec loadPartial(const float* p, int count) {
  return (Vec)_mm512_maskz_loadu_ps(firstLanes(count), p);
}
CONVKIT_INLINE void storePartial(float* p, Vec v, int count) {
  _mm512_mask_storeu_ps(p, firstLanes(count), (__m512)v);
}
CONVKIT_INLINE Vec loadMasked(const float* p, uint32_t lanes) {
  return (Vec)_mm512_maskz_loadu_ps((__mmask16)lanes, p);
}
CONVKIT_INLINE Vec fma(Vec a, Vec b, Vec c) { return (Vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
CONVKIT_INLINE Vec fnma(Vec a, Vec b, Vec c) {
  return (Vec)_mm512_fnmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
// Larger of the two; `v` where either is NaN, so that a NaN in `v` survives. Masked, because the unmasked
// intrinsics of g++ 12 trip -Wuninitialized; the full mask is folded away.
constexpr __mmask16 kAllLanes = 0xffff;
CONVKIT_INLINE Vec maxKeepNan(Vec bound, Vec v) {
  return (Vec)_mm512_maskz_max_ps(kAllLanes, (__m512)bound, (__m512)v);
}
CONVKIT_INLINE Vec minKeepNan(Vec bound, Vec v) {
  return (Vec)_mm512_maskz_min_ps(kAllLanes, (__m512)bound, (__m512)v);
}
CONVKIT_INLINE Vec squareRoot(Vec v) { return (Vec)_mm512_maskz_sqrt_ps(kAllLanes, (__m512)v); }
CONVKIT_INLINE Vec evenLanes(Vec a, Vec b) {
  const __m512i which = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  return (Vec)_mm512_permutex2var_ps((__m512)a, which, (__m512)b);
}
CONVKIT_INLINE Vec oddLanes(Vec a, Vec b) {
  const __m512i which = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  return (Vec)_mm512_permutex2var_ps((__m512)a, which, (__m512)b);
}
CONVKIT_INLINE Vec interleaveLow(Vec a, Vec b) {
  return (Vec)_mm512_maskz_unpacklo_ps(kAllLanes, (__m512)a, (__m512)b);
}
CONVKIT_INLINE Vec interleaveHigh(Vec a, Vec b) {
  return (Vec)_mm512_maskz_unpackhi_ps(kAllLanes, (__m512)a, (__m512)b);
}
CONVKIT_INLINE Vec lowPairs(Vec a, Vec b) {
  return (Vec)_mm512_maskz_unpacklo_pd((__mmask8)0xff, (__m512d)a, (__m512d)b);
}
CONVKIT_INLINE Vec highPairs(Vec a, Vec b) {
  return (Vec)_mm512_maskz_unpackhi_pd((__mmask8)0xff, (__m512d)a, (__m512d)b);
}
// Inserting from memory keeps three of four quads off the shuffle port.
CONVKIT_INLINE Vec gatherQuads(const float* p, int64_t stride) {
  __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(p));
  v = _mm512_maskz_insertf32x4(kAllLanes, v, _mm_loadu_ps(p + stride), 1);
  v = _mm512_maskz_insertf32x4(kAllLanes, v, _mm_loadu_ps(p + 2 * stride), 2);
  return (Vec)_mm512_maskz_insertf32x4(kAllLanes, v, _mm_loadu_ps(p + 3 * stride), 3);
}
template <int kQuad>
CONVKIT_INLINE void storeQuad(float* p, Vec v) {
  _mm_storeu_ps(p, _mm512_maskz_extractf32x4_ps((__mmask8)0xf, (__m512)v, kQuad));
}
CONVKIT_INLINE void scatterQuads(float* p, int64_t stride, Vec v) {
  _mm_storeu_ps(p, _mm512_maskz_extractf32x4_ps((__mmask8)0xf, (__m512)v, 0));
  _mm_storeu_ps(p + stride, _mm512_maskz_extractf32x4_ps((__mmask8)0xf, (__m512)v, 1));
  _mm_storeu_ps(p + 2 * stride, _mm512_maskz_extractf32x4_ps((__mmask8)0xf, (__m512)v, 2));
  _mm_storeu_ps(p + 3 * stride, _mm512_maskz_extractf32x4_ps((__mmask8)0xf, (__m512)v, 3));
}

#elif defined(__AVX2__)

CONVKIT_INLINE Vec broadcast(float value) { return (Vec)_mm256_set1_ps(value); }
CONVKIT_INLINE Vec load(const float* p) { return (Vec)_mm256_loadu_ps(p); }
CONVKIT_INLINE void store(float* p, Vec v) { _mm256_storeu_ps(p, (__m256)v); }
CONVKIT_INLINE void stream(float* p, Vec v) { _mm256_stream_ps(p, (__m256)v); }
CONVKIT_INLINE __m256i firstLanes(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
CONVKIT_INLINE Vec loadPartial(const float* p, int count) {
  return (Vec)_mm256_maskload_ps(p, firstLanes(count));
}
CONVKIT_INLINE void storePartial(float* p, Vec v, int count) {
  _mm256_maskstore_ps(p, firstLanes(count), (__m256)v);
}
CONVKIT_INLINE Vec loadMasked(const float* p, uint32_t lanes) {
  const __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i chosen = _mm256_and_si256(_mm256_set1_epi32(static_cast<int32_t>(lanes)), bits);
  return (Vec)_mm256_maskload_ps(p, _mm256_cmpeq_epi32(chosen, bits));
}
CONVKIT_INLINE Vec fma(Vec a, Vec b, Vec c) { return (Vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
CONVKIT_INLINE Vec fnma(Vec a, Vec b, Vec c) {
  return (Vec)_mm256_fnmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
CONVKIT_INLINE Vec maxKeepNan(Vec bound, Vec v) { return (Vec)_mm256_max_ps((__m256)bound, (__m256)v); }
CONVKIT_INLINE Vec minKeepNan(Vec bound, Vec v) { return (Vec)_mm256_min_ps((__m256)bound, (__m256)v); }
CONVKIT_INLINE Vec squareRoot(Vec v) { return (Vec)_mm256_sqrt_ps((__m256)v); }
CONVKIT_INLINE Vec evenLanes(Vec a, Vec b) {
  const __m256d halves = (__m256d)_mm256_shuffle_ps((__m256)a, (__m256)b, 0x88);
  return (Vec)_mm256_permute4x64_pd(halves, 0xd8);
}
CONVKIT_INLINE Vec oddLanes(Vec a, Vec b) {
  const __m256d halves = (__m256d)_mm256_shuffle_ps((__m256)a, (__m256)b, 0xdd);
  return (Vec)_mm256_permute4x64_pd(halves, 0xd8);
}
CONVKIT_INLINE Vec interleaveLow(Vec a, Vec b) { return (Vec)_mm256_unpacklo_ps((__m256)a, (__m256)b); }
CONVKIT_INLINE Vec interleaveHigh(Vec a, Vec b) { return (Vec)_mm256_unpackhi_ps((__m256)a, (__m256)b); }
CONVKIT_INLINE Vec lowPairs(Vec a, Vec b) { return (Vec)_mm256_unpacklo_pd((__m256d)a, (__m256d)b); }
CONVKIT_INLINE Vec highPairs(Vec a, Vec b) { return (Vec)_mm256_unpackhi_pd((__m256d)a, (__m256d)b); }
CONVKIT_INLINE Vec gatherQuads(const float* p, int64_t stride) {
  return (Vec)_mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p)), _mm_loadu_ps(p + stride), 1);
}
template <int kQuad>
CONVKIT_INLINE void storeQuad(float* p, Vec v) {
  _mm_storeu_ps(p, _mm256_extractf128_ps((__m256)v, kQuad));
}
CONVKIT_INLINE void scatterQuads(float* p, int64_t stride, Vec v) {
  _mm_storeu_ps(p, _mm256_castps256_ps128((__m256)v));
  _mm_storeu_ps(p + stride, _mm256_extractf128_ps((__m256)v, 1));
}

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
CONVKIT_INLINE void stream(float* p, Vec v) { store(p, v); }
CONVKIT_INLINE Vec fma(Vec a, Vec b, Vec c) {
  return (Vec)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
CONVKIT_INLINE Vec fnma(Vec a, Vec b, Vec c) {
  return (Vec)vfmsq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
CONVKIT_INLINE Vec maxKeepNan(Vec bound, Vec v) { return (Vec)vmaxq_f32((float32x4_t)bound, (float32x4_t)v); }
CONVKIT_INLINE Vec minKeepNan(Vec bound, Vec v) { return (Vec)vminq_f32((float32x4_t)bound, (float32x4_t)v); }
CONVKIT_INLINE Vec squareRoot(Vec v) { return (Vec)vsqrtq_f32((float32x4_t)v); }
CONVKIT_INLINE Vec evenLanes(Vec a, Vec b) { return (Vec)vuzp1q_f32((float32x4_t)a, (float32x4_t)b); }
CONVKIT_INLINE Vec oddLanes(Vec a, Vec b) { return (Vec)vuzp2q_f32((float32x4_t)a, (float32x4_t)b); }
CONVKIT_INLINE Vec interleaveLow(Vec a, Vec b) { return (Vec)vzip1q_f32((float32x4_t)a, (float32x4_t)b); }
CONVKIT_INLINE Vec interleaveHigh(Vec a, Vec b) { return (Vec)vzip2q_f32((float32x4_t)a, (float32x4_t)b); }
CONVKIT_INLINE Vec lowPairs(Vec a, Vec b) { return (Vec)vzip1q_f64((float64x2_t)a, (float64x2_t)b); }
CONVKIT_INLINE Vec highPairs(Vec a, Vec b) { return (Vec)vzip2q_f64((float64x2_t)a, (float64x2_t)b); }

#else

CONVKIT_INLINE Vec broadcast(float value) { return (Vec)_mm_set1_ps(value); }
CONVKIT_INLINE Vec load(const float* p) { return (Vec)_mm_loadu_ps(p); }
CONVKIT_INLINE void store(float* p, Vec v) { _mm_storeu_ps(p, (__m128)v); }
CONVKIT_INLINE void stream(float* p, Vec v) { _mm_stream_ps(p, (__m128)v); }
// SSE2 has no fused multiply-add: the product is rounded before the sum.
CONVKIT_INLINE Vec fma(Vec a, Vec b, Vec c) { return a * b + c; }
CONVKIT_INLINE Vec fnma(Vec a, Vec b, Vec c) { return c - a * b; }
CONVKIT_INLINE Vec maxKeepNan(Vec bound, Vec v) { return (Vec)_mm_max_ps((__m128)bound, (__m128)v); }
CONVKIT_INLINE Vec minKeepNan(Vec bound, Vec v) { return (Vec)_mm_min_ps((__m128)bound, (__m128)v); }
CONVKIT_INLINE Vec squareRoot(Vec v) { return (Vec)_mm_sqrt_ps((__m128)v); }
CONVKIT_INLINE Vec evenLanes(Vec a, Vec b) { return (Vec)_mm_shuffle_ps((__m128)a, (__m128)b, 0x88); }
CONVKIT_INLINE Vec oddLanes(Vec a, Vec b) { return (Vec)_mm_shuffle_ps((__m128)a, (__m128)b, 0xdd); }
CONVKIT_INLINE Vec interleaveLow(Vec a, Vec b) { return (Vec)_mm_unpacklo_ps((__m128)a, (__m128)b); }
CONVKIT_INLINE Vec interleaveHigh(Vec a, Vec b) { return (Vec)_mm_unpackhi_ps((__m128)a, (__m128)b); }
CONVKIT_INLINE Vec lowPairs(Vec a, Vec b) { return (Vec)_mm_unpacklo_pd((__m128d)a, (__m128d)b); }
CONVKIT_INLINE Vec highPairs(Vec a, Vec b) { return (Vec)_mm_unpackhi_pd((__m128d)a, (__m128d)b); }

#endif

CONVKIT_INLINE Vec loadMasked(const float* p, uint32_t lanes) {
  if ((lanes & 0xf) == 0xf) return load(p);
  return (Vec){lanes & 1 ? p[0] : 0.0f, lanes & 2 ? p[1] : 0.0f, lanes & 4 ? p[2] : 0.0f,
               lanes & 8 ? p[3] : 0.0f};
}
CONVKIT_INLINE Vec gatherQuads(const float* p, int64_t) { return load(p); }
template <int kQuad>
CONVKIT_INLINE void storeQuad(float* p, Vec v) {
  store(p, v);
}
CONVKIT_INLINE void scatterQuads(float* p, int64_t, Vec v) { store(p, v); }

#endif

// Keeps an address in one register: g++ 12 otherwise adds its two parts again at every load.
CONVKIT_INLINE const float* oneRegister(const float* p) {
  asm("" : "+r"(p));
  return p;
}

// Keeps a vector in a register: g++ 12 otherwise loads it again for each instruction that uses it.
CONVKIT_INLINE Vec oneLoad(Vec v) {
#if defined(__AVX512F__)
  asm("" : "+v"(v));
#elif defined(__SSE2__)
  asm("" : "+x"(v));
#elif defined(__aarch64__)
  asm("" : "+w"(v));
#endif
  return v;
}

// fma(a, b, c) is a · b + c and fnma(a, b, c) is c − a · b.
//
// stream stores past the caches, to a multiple of the vector's size; who waits for it on another thread needs
// the fence that ends a job of the thread pool.
//
// loadMasked reads the lanes whose bit is set, and makes the others 0.
//
// Lanes in quads of four. evenLanes and oddLanes split two vectors, taken as one run, by their lanes'
// parity. interleaveLow/High and lowPairs/highPairs work within each quad; gatherQuads and scatterQuads
// move quad i from or to p + i·stride.

// Squares of four within each quad, turned about their diagonal.
CONVKIT_INLINE void transposeQuads(Vec* v) {
  const Vec ab_low = interleaveLow(v[0], v[1]), ab_high = interleaveHigh(v[0], v[1]);
  const Vec cd_low = interleaveLow(v[2], v[3]), cd_high = interleaveHigh(v[2], v[3]);
  v[0] = lowPairs(ab_low, cd_low);
  v[1] = highPairs(ab_low, cd_low);
  v[2] = lowPairs(ab_high, cd_high);
  v[3] = highPairs(ab_high, cd_high);
}

// v[i][lane] = p[lane · stride + i], i < 4: four neighbours of as many rows as a vector has lanes.
CONVKIT_INLINE void loadColumns(const float* p, int64_t stride, Vec* v) {
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) v[i] = gatherQuads(p + i * stride, 4 * stride);
  transposeQuads(v);
}

// p[lane · stride + i] = v[i][lane], lane after lane: with a stride below 4, the last values of one give way
// to the first of the next.
template <int kQuad = 0>
CONVKIT_INLINE void storeColumnsInOrder(float* p, int64_t stride, const Vec* quads) {
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) storeQuad<kQuad>(p + (4 * kQuad + i) * stride, quads[i]);
  if constexpr (kQuad + 1 < kLanes / 4) storeColumnsInOrder<kQuad + 1>(p, stride, quads);
}

// p[lane · stride + i] = v[i][lane].
CONVKIT_INLINE void storeColumns(float* p, int64_t stride, const Vec* v) {
  Vec quads[4] = {v[0], v[1], v[2], v[3]};
  transposeQuads(quads);
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) scatterQuads(p + i * stride, 4 * stride, quads[i]);
}

// sum += a · b, fused as fma is. Said in assembly, because g++ 12 otherwise turns sums about between
// registers, or spills them, where a tile needs nearly all there are.
CONVKIT_INLINE void accumulate(Vec& sum, Vec a, Vec b) {
#if defined(__AVX2__)
  asm("vfmadd231ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
#else
  sum = fma(a, b, sum);
#endif
}

CONVKIT_INLINE Vec clampKeepNan(Vec v, float low, float high) {
  return minKeepNan(broadcast(high), maxKeepNan(broadcast(low), v));
}

CONVKIT_INLINE Vec absolute(Vec v) { return (Vec)((IntVec)v & 0x7fffffff); }

}  // namespace
}  // namespace convkit
