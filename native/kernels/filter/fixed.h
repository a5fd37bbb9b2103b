// Smoothing of bytes in whole numbers of 16 bits: twice the lanes of float32.

#include "kernels/filter/filter.h"
#include "simd/shorts.h"

namespace convkit {
namespace {

void widenFixed(const uint8_t* __restrict x, int64_t count, int16_t* __restrict y) {
  for (int64_t i = 0; i < count; ++i) y[i] = static_cast<int16_t>(x[i] << 6);
}

void narrowFixed(const int16_t* __restrict x, int64_t count, uint8_t* __restrict y) {
  for (int64_t i = 0; i < count; ++i) {
    y[i] = static_cast<uint8_t>(static_cast<uint16_t>(x[i] + 32) >> 6);
  }
}

template <int kVectors>
CONVKIT_INLINE void mirroredTile(const MirroredArgs& args, int64_t at) {
  Shorts sums[kVectors];
  const Shorts centre = broadcastShort(args.weights[0]);
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    sums[v] = scaledProduct(loadShorts(args.before[0] + at + v * kShortLanes), centre);
  }
  for (int k = 1; k < args.terms; ++k) {
    const int16_t* before = args.before[k] + at;
    const int16_t* after = args.after[k] + at;
    const Shorts weight = broadcastShort(args.weights[k]);
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const Shorts pair = loadShorts(before + v * kShortLanes) + loadShorts(after + v * kShortLanes);
      sums[v] += scaledProduct(pair, weight);
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) storeShorts(args.y + at + v * kShortLanes, sums[v]);
}

void mirroredSums(const MirroredArgs& args) {
  constexpr int kVectors = 4;
  for (int64_t at = 0; at < args.count; at += kVectors * kShortLanes) mirroredTile<kVectors>(args, at);
}

}  // namespace
}  // namespace convkit
