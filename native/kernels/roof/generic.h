// The template of the `roof` family, included once by each thin per-ISA file.

#include "kernels/roof/roof.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Enough chains to hide a multiply-add's latency on every port, few enough for the registers.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kChains = 24;
#else
constexpr int kChains = 12;
#endif

void multiplyAdd(int64_t rounds, float* sink) {
  Vec sums[kChains];
#pragma GCC unroll 24
  for (int i = 0; i < kChains; ++i) sums[i] = broadcast(static_cast<float>(i));
  // 1 is never reached from below, so that nothing overflows or becomes denormal.
  const Vec factor = broadcast(0.5f), term = broadcast(0.5f);
  for (int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
    for (int i = 0; i < kChains; ++i) sums[i] = fma(sums[i], factor, term);
  }
  Vec all = sums[0];
#pragma GCC unroll 24
  for (int i = 1; i < kChains; ++i) all += sums[i];
  float lanes[kLanes];
  store(lanes, all);
  *sink = lanes[0];
}

#define CONVKIT_ROOF_TABLE \
  { 2 * kChains *kLanes, multiplyAdd }

}  // namespace
}  // namespace convkit
