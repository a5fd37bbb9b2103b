// Weighted sums of float32 rows.

#include "kernels/filter/filter.h"
#include "simd/totals.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Whether some weight is 0: only then the inner loop asks.
CONVKIT_INLINE bool isSparse(const FilterSumsArgs& args) {
  const int64_t count = static_cast<int64_t>(args.kernel_rows) * args.taps;
  for (int64_t i = 0; i < count; ++i) {
    if (args.weights[i] == 0) return true;
  }
  return false;
}

// Adds source row `s` to the sums of output rows kFirst … kLast: all taps on a tile of kVectors vectors. The
// two rows share the loads of x, the vectors of a row the broadcast of a weight.
template <int kFirst, int kLast, int kVectors>
CONVKIT_INLINE void addRow(const FilterSumsArgs& args, int s, int64_t at, bool sparse,
                           Vec (*sums)[kVectors]) {
  const float* x = args.x[s] + args.offset + at;
  const float* weights = args.weights + static_cast<int64_t>(s) * args.taps;
  for (int t = 0; t < args.taps; ++t, x += args.step) {
    if (kFirst == kLast && sparse && weights[t - kFirst * args.taps] == 0) continue;
    Vec values[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) values[v] = oneLoad(load(x + v * kLanes));
#pragma GCC unroll 2
    for (int r = kFirst; r <= kLast; ++r) {
      if (kFirst != kLast && sparse && weights[t - r * args.taps] == 0) continue;
      const Vec weight = broadcast(weights[t - r * args.taps]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sums[r][v] += values[v] * weight;
    }
  }
}

template <int kRows, int kVectors>
CONVKIT_INLINE void sumTile(const FilterSumsArgs& args, int64_t at, int64_t last_lanes, bool sparse) {
  Vec sums[kRows][kVectors];
#pragma GCC unroll 2
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) sums[r][v] = broadcast(args.start);
  }
  if constexpr (kRows == 1) {
    for (int s = 0; s < args.kernel_rows; ++s) addRow<0, 0, kVectors>(args, s, at, sparse, sums);
  } else {
    addRow<0, 0, kVectors>(args, 0, at, sparse, sums);
    for (int s = 1; s < args.kernel_rows; ++s) addRow<0, 1, kVectors>(args, s, at, sparse, sums);
    addRow<1, 1, kVectors>(args, args.kernel_rows, at, sparse, sums);
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
  // Of two rows eight sums, as many as 16 registers hold beside the values and a weight.
  constexpr int kVectors = 4;
  const bool sparse = isSparse(args);
  int64_t at = 0;
  for (; at + kVectors * kLanes <= args.count; at += kVectors * kLanes) {
    sumTile<kRows, kVectors>(args, at, kLanes, sparse);
  }
  for (; at < args.count; at += kLanes) {
    sumTile<kRows, 1>(args, at, args.count - at < kLanes ? args.count - at : kLanes, sparse);
  }
}

// Of more terms than a partial sum has.
template <int kVectors>
CONVKIT_INLINE void sumLongTile(const FilterSumsArgs& args, int row, int64_t at, int64_t last_lanes) {
  Vec sums[kVectors];
  VectorTotal totals[kVectors];
  for (int v = 0; v < kVectors; ++v) sums[v] = broadcast(args.start);
  const float* weights = args.weights;
  int64_t left = kPartialSumTerms;
  for (int s = 0; s < args.kernel_rows; ++s) {
    const float* x = args.x[row + s] + args.offset + at;
    for (int t = 0; t < args.taps; ++t, x += args.step, ++weights) {
      if (left-- == 0) {
        left = kPartialSumTerms - 1;
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) totals[v].add(sums[v]), sums[v] = Vec{};
      }
      if (*weights == 0) continue;
      const Vec weight = broadcast(*weights);
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[v] += load(x + v * kLanes) * weight;
    }
  }
  for (int v = 0; v < kVectors; ++v) {
    totals[v].add(sums[v]);
    const int lanes = v + 1 < kVectors ? kLanes : static_cast<int>(last_lanes);
    storePartial(args.y[row] + at + v * kLanes, totals[v].finish(), lanes);
  }
}

__attribute__((noinline, unused)) static void sumLongRow(const FilterSumsArgs& args, int row) {
  constexpr int kVectors = 4;
  int64_t at = 0;
  for (; at + kVectors * kLanes <= args.count; at += kVectors * kLanes)
    sumLongTile<kVectors>(args, row, at, kLanes);
  for (; at < args.count; at += kLanes)
    sumLongTile<1>(args, row, at, args.count - at < kLanes ? args.count - at : kLanes);
}

void filterSums(const FilterSumsArgs& args) {
  if (static_cast<int64_t>(args.kernel_rows) * args.taps > kPartialSumTerms) {
    for (int row = 0; row < args.rows; ++row) sumLongRow(args, row);
    return;
  }
  if (args.rows == 2) return sumRows<2>(args);
  sumRows<1>(args);
}

}  // namespace
}  // namespace convkit
