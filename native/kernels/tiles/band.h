#pragma once

// A band of rows, in tiles of 16, with its values in parts.

#include "kernels/tiles/parts.h"

namespace convkit {
namespace {

class Band {
 public:
  explicit Band(const TileProduct& product)
      : product_(product),
        reads_(product.full_reads + product.tail_reads),
        steps_(tileSteps(reads_)),
        parts_(static_cast<TileStep*>(product.scratch)) {
    bringToParts();
    findUnusual();
  }

  int tiles() const { return (product_.rows + kTileRows - 1) / kTileRows; }
  int64_t steps() const { return steps_; }
  // Of a tile, one step after another.
  const TileStep* partsOf(int tile) const { return parts_ + tile * steps_; }
  // A bit a row of a tile.
  uint32_t unusual(int tile) const { return unusual_[tile]; }

 private:
  // Step by step, all rows of each: neighbouring rows are neighbours in memory.
  void bringToParts() {
    for (int r = 0; r < product_.rows; ++r) largest_[r] = _mm512_setzero_si512();
    for (int64_t step = 0; step < steps_; ++step) {
      for (int tile = 0; tile < tiles(); ++tile) bringStep(step, tile);
    }
  }

  CONVKIT_INLINE_MEMBER void bringStep(int64_t step, int tile) {
    const int64_t read = 2 * step;
    const bool pair = read + 1 < reads_;
    const float* const first = product_.x + product_.reads[read];
    const float* const second = pair ? product_.x + product_.reads[read + 1] : first;
    const __mmask16 first_lanes = lanesOf(read), second_lanes = pair ? lanesOf(read + 1) : 0;
    const int begin = tile * kTileRows, left = product_.rows - begin;
    const int rows = left < kTileRows ? left : kTileRows;
    const int64_t* const offsets = product_.x_offsets + begin;
    const bool scaled = product_.scale != nullptr;
    const __m512 first_scale = scaleOf(read, first_lanes), second_scale = scaleOf(read + 1, second_lanes);
    __m512i* const largest = largest_ + begin;
    TileStep& target = parts_[tile * steps_ + step];
    for (int r = 0; r < rows; ++r) {
      __m512 a = _mm512_maskz_loadu_ps(first_lanes, first + offsets[r]);
      __m512 b = _mm512_maskz_loadu_ps(second_lanes, second + offsets[r]);
      if (scaled) a *= first_scale, b *= second_scale;
      largest[r] = larger(largest[r], larger(magnitude(a), magnitude(b)));
      __m512i parts[kTileParts];
      splitValues(a, b, parts);
#pragma GCC unroll 3
      for (int part = 0; part < kTileParts; ++part) _mm512_store_si512(target.at[part][r], parts[part]);
    }
  }

  // Bits of floats are in the order of their magnitudes, NaN last.
  void findUnusual() {
    const __m512i least = _mm512_set1_epi32((127 - 95) << 23), beyond = _mm512_set1_epi32((127 + 100) << 23);
    for (int r = 0; r < product_.rows; ++r) {
      const bool large = _mm512_cmpge_epi32_mask(largest_[r], beyond) != 0;
      const bool small = _mm512_cmpge_epi32_mask(largest_[r], least) == 0;
      const bool zero = _mm512_test_epi32_mask(largest_[r], largest_[r]) == 0;
      if (large || (small && !zero)) unusual_[r / kTileRows] |= 1u << r % kTileRows;
    }
  }

  __mmask16 lanesOf(int64_t read) const {
    return read < product_.full_reads ? kAllLanes : firstLanes(product_.tail_lanes);
  }
  // Lanes that count alone: others may be anything.
  __m512 scaleOf(int64_t read, __mmask16 lanes) const {
    if (product_.scale == nullptr || lanes == 0) return _mm512_setzero_ps();
    return _mm512_maskz_loadu_ps(lanes, product_.scale + read * kTileLanes);
  }
  static __m512i magnitude(__m512 v) {
    return _mm512_and_si512(_mm512_castps_si512(v), _mm512_set1_epi32(0x7fffffff));
  }
  // Masked, as in vec.h, for the sake of g++ 12.
  static __m512i larger(__m512i a, __m512i b) { return _mm512_maskz_max_epi32(kAllLanes, a, b); }

  const TileProduct& product_;
  const int64_t reads_, steps_;
  TileStep* const parts_;
  uint32_t unusual_[kTileBand] = {};
  __m512i largest_[kTileBand * kTileRows];  // magnitude of each row's values
};

}  // namespace
}  // namespace convkit
