// Weighted sums in whole numbers of 16 bits: twice the lanes of float32.

#include "kernels/filter/filter.h"
#include "simd/shorts.h"

namespace convkit {
namespace {

void widenWhole(const uint8_t* __restrict x, int64_t count, int16_t* __restrict y) {
  for (int64_t i = 0; i < count; ++i) y[i] = x[i];
}

template <int kVectors>
CONVKIT_INLINE void wholeColumnTile(const WholeColumnArgs& args, int64_t at) {
  Shorts sums[kVectors] = {};
  for (int s = 0; s < args.terms; ++s) {
    const int16_t* x = args.x[s] + at;
    const Shorts weight = broadcastShort(args.weights[s]);
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) sums[v] += loadShorts(x + v * kShortLanes) * weight;
  }
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) storeShorts(args.y + at + v * kShortLanes, sums[v]);
}

void wholeColumns(const WholeColumnArgs& args) {
  constexpr int kVectors = 4;
  for (int64_t at = 0; at < args.count; at += kVectors * kShortLanes) wholeColumnTile<kVectors>(args, at);
}

template <int kVectors>
CONVKIT_INLINE void wholeRowTile(const WholeRowArgs& args, int64_t at, Vec (&sums)[kVectors]) {
  HalfShorts whole[kVectors] = {};
  const int16_t* x = args.x + at;
  for (int t = 0; t < args.taps; ++t, x += args.step) {
    const HalfShorts weight = HalfShorts{} + args.weights[t];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) whole[v] += loadHalf(x + v * kLanes) * weight;
  }
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) sums[v] = toFloats(whole[v]) + args.start;
}

void wholeRow(const WholeRowArgs& args) {
  constexpr int kVectors = 4;
  int64_t at = 0;
  for (; at + kVectors * kLanes <= args.count; at += kVectors * kLanes) {
    Vec sums[kVectors];
    wholeRowTile<kVectors>(args, at, sums);
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) store(args.y + at + v * kLanes, sums[v]);
  }
  for (; at < args.count; at += kLanes) {
    Vec sums[1];
    wholeRowTile<1>(args, at, sums);
    const int64_t left = args.count - at;
    storePartial(args.y + at, sums[0], static_cast<int>(left < kLanes ? left : kLanes));
  }
}

}  // namespace
}  // namespace convkit
