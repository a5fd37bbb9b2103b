// Weighted sums of float32 rows.

#include "kernels/filter/filter.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Adds source row `s` to the sums of output rows kFirst … kLast: all taps on a tile of kVectors vectors. The
// two rows share the loads of x, the vectors of a row the broadcast of a weight.
template <int kFirst, int kLast, int kVectors>
CONVKIT_INLINE void addRow(const FilterSumsArgs& args, int s, int64_t at, Vec (*sums)[kVectors]) {
  const float* x = args.x[s] + args.offset + at;
  const float* weights = args.weights + static_cast<int64_t>(s) * args.taps;
  for (int t = 0; t < args.taps; ++t) {
    Vec values[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) values[v] = oneLoad(load(x + v * kLanes));
#pragma GCC unroll 2
    for (int r = kFirst; r <= kLast; ++r) {
      const Vec weight = broadcast(weights[t - r * args.taps]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sums[r][v] += values[v] * weight;
    }
    x += args.step;
  }
}

template <int kRows, int kVectors>
CONVKIT_INLINE void sumTile(const FilterSumsArgs& args, int64_t at, int64_t last_lanes) {
  Vec sums[kRows][kVectors];
#pragma GCC unroll 2
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) sums[r][v] = broadcast(args.start);
  }
  if constexpr (kRows == 1) {
    for (int s = 0; s < args.kernel_rows; ++s) addRow<0, 0, kVectors>(args, s, at, sums);
  } else {
    addRow<0, 0, kVectors>(args, 0, at, sums);
    for (int s = 1; s < args.kernel_rows; ++s) addRow<0, 1, kVectors>(args, s, at, sums);
    addRow<1, 1, kVectors>(args, args.kernel_rows, at, sums);
  }
#pragma GCC unroll 2
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      float* y = args.y[r] + at + v * kLanes;
      if (last_lanes == kLanes) {
        store(y, sums[r][v]);
      } else {
        storePartial(y, sums[r][v], static_cast<int>(last_lanes));
      }
    }
  }
}

template <int kRows>
CONVKIT_INLINE void sumRows(const FilterSumsArgs& args) {
  // With fewer registers a taller tile's sums would not stay in them.
  constexpr int kVectors = kLanes == 16 ? 4 : 2;
  int64_t at = 0;
  for (; at + kVectors * kLanes <= args.count; at += kVectors * kLanes) {
    sumTile<kRows, kVectors>(args, at, kLanes);
  }
  for (; at < args.count; at += kLanes) {
    sumTile<kRows, 1>(args, at, args.count - at < kLanes ? args.count - at : kLanes);
  }
}

void filterSums(const FilterSumsArgs& args) {
  if (args.rows == 2) return sumRows<2>(args);
  sumRows<1>(args);
}

}  // namespace
}  // namespace convkit
