#pragma once

// How tall the tiles of the `product` family are, and where their rows lie.

#include "kernels/product/product.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Registers decide: accumulators + one vector of b each + one broadcast must not exceed the file.
// On SSE2 the unfused multiply needs one more. Rows at even distances need no register each for their
// addresses either, so there a narrow tile may be as tall as the vectors allow.
#if defined(__AVX512F__)
constexpr int kMaxRows[kMaxTileVectors] = {8, 8, 8, 6};
constexpr int kEvenRows[kMaxTileVectors] = {14, 12, 8, 6};
constexpr int kMaxVectors = 4;
#elif defined(__AVX2__)
constexpr int kMaxRows[kMaxTileVectors] = {8, 6, 4, 3};
constexpr int kEvenRows[kMaxTileVectors] = {12, 6, 4, 3};
constexpr int kMaxVectors = 2;
#elif defined(__aarch64__)
constexpr int kMaxRows[kMaxTileVectors] = {8, 8, 6, 4};
constexpr int kEvenRows[kMaxTileVectors] = {14, 12, 8, 6};
constexpr int kMaxVectors = 4;
#else
constexpr int kMaxRows[kMaxTileVectors] = {8, 5, 3, 2};
constexpr int kEvenRows[kMaxTileVectors] = {8, 5, 3, 2};
constexpr int kMaxVectors = 2;
#endif
constexpr int kPartialTerms = kMaxVectors * kLanes == 64 ? 96 : 336;
constexpr int kLineFloats = 16;

// Where the rows of a tile are: anywhere, by the offsets of the arguments, ...
template <int kRows>
struct ScatteredRows {
  const ProductArgs& args;

  struct Inputs {
    const float* rows[kRows];
    CONVKIT_INLINE_MEMBER float at(int r, int64_t k) const { return rows[r][k]; }
  };
  CONVKIT_INLINE_MEMBER Inputs inputs(const ProductSegment& segment) const {
    Inputs result;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) result.rows[r] = args.a + args.row_offsets[r] + segment.a;
    return result;
  }
  // Rows of the tiles before this one.
  CONVKIT_INLINE_MEMBER int64_t before() const { return 0; }
  CONVKIT_INLINE_MEMBER float* y(int r) const { return args.y + args.y_offsets[r]; }
  CONVKIT_INLINE_MEMBER const float* residual(int r) const {
    return args.residual + args.residual_offsets[r];
  }
};

// ... or at even distances. Every third row has a register, the others are found from there.
template <int kRows>
struct EvenRows {
  const float* a;
  float* y_first;
  const float* residual_first;
  int64_t a_step, y_step, residual_step, rows_before = 0;

  EvenRows(const ProductArgs& args)
      : a(args.a),
        y_first(args.y),
        residual_first(args.residual),
        a_step(args.a_step),
        y_step(args.y_step),
        residual_step(args.residual ? args.residual_step : 0) {}

  CONVKIT_INLINE_MEMBER void next() {
    a += kRows * a_step;
    y_first += kRows * y_step;
    residual_first += kRows * residual_step;
    rows_before += kRows;
  }

  struct Inputs {
    const float* thirds[(kRows + 2) / 3];
    int64_t step;
    CONVKIT_INLINE_MEMBER float at(int r, int64_t k) const { return (thirds[r / 3] + r % 3 * step)[k]; }
  };
  CONVKIT_INLINE_MEMBER Inputs inputs(const ProductSegment& segment) const {
    Inputs result;
    result.step = a_step;
    const float* row = a + segment.a;
#pragma GCC unroll 16
    for (int i = 0; i < (kRows + 2) / 3; ++i, row += 3 * a_step) result.thirds[i] = row;
    return result;
  }
  CONVKIT_INLINE_MEMBER int64_t before() const { return rows_before; }
  CONVKIT_INLINE_MEMBER float* y(int r) const { return y_first + r * y_step; }
  CONVKIT_INLINE_MEMBER const float* residual(int r) const { return residual_first + r * residual_step; }
};

}  // namespace
}  // namespace convkit
