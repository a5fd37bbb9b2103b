#pragma once

// Weights to parts, in the order in which the units want the second factor: pairs of values of 16 outputs.

#include "kernels/tiles/parts.h"

namespace convkit {
namespace {

// 16 × 16 doublewords. Masked, as in vec.h, for the sake of g++ 12.
struct Square {
  __m512i rows[16];

  // Pairs of rows are interleaved, then pairs of those, which leaves a column of four rows in each 128-bit
  // lane; then the lanes find their places.
  void transpose() {
    __m512i pairs[16], fours[16];
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {
      pairs[i] = _mm512_maskz_unpacklo_epi32(kAllLanes, rows[i], rows[i + 1]);
      pairs[i + 1] = _mm512_maskz_unpackhi_epi32(kAllLanes, rows[i], rows[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) {
      fours[i] = _mm512_maskz_unpacklo_epi64(0xff, pairs[i], pairs[i + 2]);
      fours[i + 1] = _mm512_maskz_unpackhi_epi64(0xff, pairs[i], pairs[i + 2]);
      fours[i + 2] = _mm512_maskz_unpacklo_epi64(0xff, pairs[i + 1], pairs[i + 3]);
      fours[i + 3] = _mm512_maskz_unpackhi_epi64(0xff, pairs[i + 1], pairs[i + 3]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m512i even_low = lanes<0x88>(fours[i], fours[4 + i]),
                    odd_low = lanes<0xdd>(fours[i], fours[4 + i]),
                    even_high = lanes<0x88>(fours[8 + i], fours[12 + i]),
                    odd_high = lanes<0xdd>(fours[8 + i], fours[12 + i]);
      rows[i] = lanes<0x88>(even_low, even_high);
      rows[4 + i] = lanes<0x88>(odd_low, odd_high);
      rows[8 + i] = lanes<0xdd>(even_low, even_high);
      rows[12 + i] = lanes<0xdd>(odd_low, odd_high);
    }
  }

 private:
  template <int kWhich>
  static __m512i lanes(__m512i a, __m512i b) {
    return _mm512_maskz_shuffle_i32x4(kAllLanes, a, b, kWhich);
  }
};

// An infinity or a NaN has only its first part, which a NaN does not lose by being cut off.
CONVKIT_INLINE void splitWeights(__m512 a, __m512 b, __m512i (&parts)[kTileParts]) {
  constexpr int kNan = 0x81, kNotFinite = 0x99;
  const __m512i quiet = _mm512_set1_epi32(0x00400000);
  auto quieted = [&](__m512 v) {
    const __m512i bits = _mm512_castps_si512(v);
    return _mm512_castsi512_ps(_mm512_mask_or_epi32(bits, _mm512_fpclass_ps_mask(v, kNan), bits, quiet));
  };
  auto finite = [](__m512 v) {
    return _mm512_maskz_mov_ps(static_cast<__mmask16>(~_mm512_fpclass_ps_mask(v, kNotFinite)), v);
  };
  splitValues(finite(a), finite(b), parts);
  parts[0] = upperHalves(quieted(a), quieted(b));
}

void packStep(const float* weights, TileStep* packed) {
  Square squares[kTileParts];
#pragma GCC unroll 1
  for (int output = 0; output < kTileLanes; ++output, weights += kTileValues) {
    __m512i parts[kTileParts];
    splitWeights(_mm512_loadu_ps(weights), _mm512_loadu_ps(weights + kTileLanes), parts);
    for (int part = 0; part < kTileParts; ++part) squares[part].rows[output] = parts[part];
  }
#pragma GCC unroll 1
  for (int part = 0; part < kTileParts; ++part) {
    squares[part].transpose();
#pragma GCC unroll 1
    for (int row = 0; row < kTileRows; ++row)
      _mm512_storeu_si512(packed->at[part][row], squares[part].rows[row]);
  }
}

}  // namespace
}  // namespace convkit
