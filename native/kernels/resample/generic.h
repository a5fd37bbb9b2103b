// The template of the `resample` family, included once by each thin per-ISA file.

#include "kernels/resample/resample.h"
#include "simd/totals.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// offset + Σ term(t), long sums in partial ones.
template <class Term>
CONVKIT_INLINE Vec sumOfTerms(int64_t taps, Vec offset, Term term) {
  Vec sum = offset;
  if (taps <= kPartialSumTerms) {
    for (int64_t t = 0; t < taps; ++t) sum = term(t, sum);
    return sum;
  }
  VectorTotal total;
  for (int64_t first = 0; first < taps; first += kPartialSumTerms, sum = Vec{}) {
    const int64_t end = first + kPartialSumTerms < taps ? first + kPartialSumTerms : taps;
    for (int64_t t = first; t < end; ++t) sum = term(t, sum);
    total.add(sum);
  }
  return total.finish();
}

// One vector of a run. Known tap counts unroll; 0 stands for any.
template <int kTaps>
CONVKIT_INLINE Vec sumOfRuns(const ResampleRuns& args, int64_t j, int64_t at, int lanes) {
  const int64_t taps = kTaps == 0 ? args.taps : kTaps;
  const int32_t* indices = args.indices + j * taps;
  const float* weights = args.weights + j * taps;
  return sumOfTerms(
      taps, args.offset ? broadcast(args.offset[j]) : Vec{},
      [&](int64_t t, Vec sum) __attribute__((always_inline)) {
        const float* x = args.x + indices[t] * args.x_stride + at;
        return fma(broadcast(weights[t]), lanes == kLanes ? load(x) : loadPartial(x, lanes), sum);
      });
}

template <int kTaps>
void resampleRunsOf(const ResampleRuns& args) {
  for (int64_t j = 0; j < args.outputs; ++j) {
    float* y = args.y + j * args.y_stride;
    int64_t at = 0;
    for (; at + kLanes <= args.run; at += kLanes) store(y + at, sumOfRuns<kTaps>(args, j, at, kLanes));
    if (at < args.run) {
      const int lanes = static_cast<int>(args.run - at);
      storePartial(y + at, sumOfRuns<kTaps>(args, j, at, lanes), lanes);
    }
  }
}

void resampleRuns(const ResampleRuns& args) {
  switch (args.taps) {
    case 1:
      return resampleRunsOf<1>(args);
    case 2:
      return resampleRunsOf<2>(args);
    case 4:
      return resampleRunsOf<4>(args);
    default:
      return resampleRunsOf<0>(args);
  }
}

#if defined(__AVX512F__)
CONVKIT_INLINE Vec pick(const float* x, const int32_t* indices) {
  const __m512i at = _mm512_loadu_si512(indices);
  const __mmask16 real = _mm512_cmpge_epi32_mask(at, _mm512_setzero_si512());
  return (Vec)_mm512_mask_i32gather_ps(_mm512_setzero_ps(), real, at, x, 4);
}
#elif defined(__AVX2__)
CONVKIT_INLINE Vec pick(const float* x, const int32_t* indices) {
  const __m256i at = _mm256_loadu_si256((const __m256i*)indices);
  const __m256i real = _mm256_cmpgt_epi32(at, _mm256_set1_epi32(-1));
  return (Vec)_mm256_mask_i32gather_ps(_mm256_setzero_ps(), x, at, _mm256_castsi256_ps(real), 4);
}
#else
CONVKIT_INLINE Vec pick(const float* x, const int32_t* indices) {
  Vec v{};
  for (int i = 0; i < kLanes; ++i) v[i] = indices[i] < 0 ? 0.0f : x[indices[i]];
  return v;
}
#endif

CONVKIT_INLINE Vec sumOfPlaces(const ResamplePlaces& args, int64_t j) {
  return sumOfTerms(
      args.taps,
      args.offset ? load(args.offset + j) : Vec{}, [&](int64_t t, Vec sum) __attribute__((always_inline)) {
        const int64_t at = t * args.table_stride + j;
        return fma(load(args.weights + at), pick(args.x, args.indices + at), sum);
      });
}

void resamplePlaces(const ResamplePlaces& args) {
  int64_t j = 0;
  for (; j + kLanes <= args.outputs; j += kLanes) store(args.y + j, sumOfPlaces(args, j));
  if (j < args.outputs) storePartial(args.y + j, sumOfPlaces(args, j), static_cast<int>(args.outputs - j));
}

#define CONVKIT_RESAMPLE_TABLE \
  { kLanes, resampleRuns, resamplePlaces }

}  // namespace
}  // namespace convkit
