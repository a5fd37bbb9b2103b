// The template of the `lanes` family, included once by each thin per-ISA file.

#include "kernels/lanes/lanes.h"
#include "simd/vec.h"

namespace convkit {
namespace {

#if defined(__AVX512F__)

typedef __mmask16 Lanes;
CONVKIT_INLINE Lanes lanesOfSource(IntVec source, int32_t number) {
  return _mm512_cmpeq_epi32_mask((__m512i)source, _mm512_set1_epi32(number));
}
// `v` with some lanes replaced by those of `from` that `which` names.
CONVKIT_INLINE Vec replaceLanes(Vec v, Lanes lanes, IntVec which, Vec from) {
  return (Vec)_mm512_mask_permutexvar_ps((__m512)v, lanes, (__m512i)which, (__m512)from);
}

#elif defined(__AVX2__)

typedef __m256 Lanes;
CONVKIT_INLINE Lanes lanesOfSource(IntVec source, int32_t number) {
  return (__m256)_mm256_cmpeq_epi32((__m256i)source, _mm256_set1_epi32(number));
}
CONVKIT_INLINE Vec replaceLanes(Vec v, Lanes lanes, IntVec which, Vec from) {
  const __m256 moved = _mm256_permutevar8x32_ps((__m256)from, (__m256i)which);
  return (Vec)_mm256_blendv_ps((__m256)v, moved, lanes);
}

#endif

#if defined(__AVX2__)

// One permutation a source.
template <int kSources>
CONVKIT_INLINE void gatherFew(const LaneArgs& args) {
  IntVec which, source;
  for (int lane = 0; lane < kLanes; ++lane) {
    which[lane] = args.places[lane] % kLanes;
    source[lane] = args.places[lane] / kLanes;
  }
  Lanes lanes[kSources];
#pragma GCC unroll 16
  for (int s = 0; s < kSources; ++s) lanes[s] = lanesOfSource(source, s);
  for (int64_t at = 0; at < args.pixels * kLanes; at += kLanes) {
    Vec v{};
#pragma GCC unroll 16
    for (int s = 0; s < kSources; ++s) v = replaceLanes(v, lanes[s], which, load(args.from[s] + at));
    store(args.y + at, v);
  }
}

#endif

void gatherMany(const LaneArgs& args) {
  const float* from[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    from[lane] = args.from[args.places[lane] / kLanes] + args.places[lane] % kLanes;
  }
  for (int64_t at = 0; at < args.pixels * kLanes; at += kLanes) {
    float v[kLanes];
#pragma GCC unroll 16
    for (int lane = 0; lane < kLanes; ++lane) v[lane] = from[lane][at];
    store(args.y + at, load(v));
  }
}

void gatherLanes(const LaneArgs& args) {
#if defined(__AVX2__)
  switch (args.sources) {
    case 1:
      return gatherFew<1>(args);
    case 2:
      return gatherFew<2>(args);
    case 3:
      return gatherFew<3>(args);
    case 4:
      return gatherFew<4>(args);
    default:
      break;
  }
#endif
  gatherMany(args);
}

#define CONVKIT_LANE_TABLE \
  { gatherLanes }

}  // namespace
}  // namespace convkit
