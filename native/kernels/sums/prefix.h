// Prefix sums of interleaved channels. Sums are unsigned, so that they may wrap around.

#include "kernels/sums/sums.h"
#include "simd/vec.h"

namespace convkit {
namespace {

template <class T>
CONVKIT_INLINE void prefixValues(const PrefixArgs& args, int64_t first, uint32_t* sums) {
  for (int64_t i = first; i < args.count; i += args.step) {
    for (int c = 0; c < args.step; ++c) {
      sums[c] += static_cast<uint32_t>(static_cast<const T*>(args.x)[i + c]);
      const uint32_t above = args.above == nullptr ? 0 : static_cast<uint32_t>(args.above[i + c]);
      args.y[i + c] = static_cast<int32_t>(sums[c] + above);
    }
  }
}

#if defined(__AVX2__)

#if defined(__AVX512F__)
typedef __m512i Sums;
CONVKIT_INLINE Sums loadSums(const int32_t* p) { return _mm512_loadu_si512(p); }
CONVKIT_INLINE Sums loadSums(const uint8_t* p) {
  return _mm512_maskz_cvtepu8_epi32(kAllLanes, _mm_loadu_si128((const __m128i*)p));
}
CONVKIT_INLINE Sums loadSums(const uint16_t* p) {
  return _mm512_maskz_cvtepu16_epi32(kAllLanes, _mm256_loadu_si256((const __m256i*)p));
}
CONVKIT_INLINE void storeSums(int32_t* p, Sums v) { _mm512_storeu_si512(p, v); }
CONVKIT_INLINE Sums addLanes(Sums a, Sums b) { return _mm512_add_epi32(a, b); }
CONVKIT_INLINE Sums chooseLanes(Sums v, Sums from) {
  // A negative number chooses no lane.
  return _mm512_maskz_permutexvar_epi32(_mm512_movepi32_mask(from) ^ kAllLanes, from, v);
}
#else
typedef __m256i Sums;
CONVKIT_INLINE Sums loadSums(const int32_t* p) { return _mm256_loadu_si256((const __m256i*)p); }
CONVKIT_INLINE Sums loadSums(const uint8_t* p) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*)p));
}
CONVKIT_INLINE Sums loadSums(const uint16_t* p) {
  return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)p));
}
CONVKIT_INLINE void storeSums(int32_t* p, Sums v) { _mm256_storeu_si256((__m256i*)p, v); }
CONVKIT_INLINE Sums addLanes(Sums a, Sums b) { return _mm256_add_epi32(a, b); }
CONVKIT_INLINE Sums chooseLanes(Sums v, Sums from) {
  return _mm256_andnot_si256(_mm256_srai_epi32(from, 31), _mm256_permutevar8x32_epi32(v, from));
}
#endif

// Lane i takes lane i − by.
CONVKIT_INLINE Sums lanesBefore(int by) {
  int32_t from[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) from[i] = i - by;
  return loadSums(from);
}

// Lane i takes that of the last pixel's lanes whose channel the next vector's lane i has.
CONVKIT_INLINE Sums lastPixel(int step) {
  int32_t from[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) from[i] = kLanes - step + i % step;
  return loadSums(from);
}

template <class T, int kStep>
CONVKIT_INLINE void prefixVectors(const PrefixArgs& args) {
  const T* x = static_cast<const T*>(args.x);
  Sums carried = Sums{};
  const Sums last = lastPixel(kStep);
  // A vector need not begin with a pixel, but what remains for the loop over values must.
  constexpr int64_t kWhole = int64_t{kStep} * kLanes;
  int64_t i = 0;
  for (; i + kWhole <= args.count; i += kWhole) {
#pragma GCC unroll 4
    for (int part = 0; part < kStep; ++part) {
      const int64_t at = i + part * kLanes;
      Sums v = loadSums(x + at);
#pragma GCC unroll 4
      for (int by = kStep; by < kLanes; by *= 2) v = addLanes(v, chooseLanes(v, lanesBefore(by)));
      v = addLanes(v, carried);
      carried = chooseLanes(v, last);
      storeSums(args.y + at, args.above == nullptr ? v : addLanes(v, loadSums(args.above + at)));
    }
  }
  int32_t sums[kLanes];
  storeSums(sums, carried);
  uint32_t rest[kMostPixelChannels];
  for (int c = 0; c < kStep; ++c) rest[c] = static_cast<uint32_t>(sums[c]);
  prefixValues<T>(args, i, rest);
}

template <class T>
void prefixSums(const PrefixArgs& args) {
  if (args.step == 1) return prefixVectors<T, 1>(args);
  if (args.step == 2) return prefixVectors<T, 2>(args);
  if (args.step == 3) return prefixVectors<T, 3>(args);
  prefixVectors<T, 4>(args);
}

#else

template <class T>
void prefixSums(const PrefixArgs& args) {
  uint32_t sums[kMostPixelChannels] = {};
  prefixValues<T>(args, 0, sums);
}

#endif

}  // namespace
}  // namespace convkit
