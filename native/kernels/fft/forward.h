#pragma once

// Patch to spectrum: down the columns, pixels of a row in the lanes, then across them, rows in the lanes.
// Part of generic.h.

#include "kernels/fft/dft.h"
#include "kernels/fft/fft.h"

namespace convkit {
namespace {

// Half-transformed patches: [height / 2][width] real parts, then imaginary ones.
struct FftRows {
  float *re, *im;
};

CONVKIT_INLINE FftRows rowsIn(float* scratch, const FftTile& tile) {
  float* re = scratch + tile.spectrum();
  return {re, re + tile.spectrum() / 2};
}

// A vector of columns. With odd quarter steps, value n + height / 2 turns by −i more than value n.
template <int kHeight>
__attribute__((noinline, unused)) static void columnsForward(const float* x, int64_t row_stride, FftRows rows,
                                                             int64_t width) {
  constexpr int kHalf = kHeight / 2;
  static constexpr QuarterRoots<kHalf> kRoots = QuarterRoots<kHalf>::make();
  const auto load_pixels = [&](int n, Vec* re, Vec* im) __attribute__((always_inline)) {
    *re = load(x + n * row_stride);
    *im = -load(x + (n + kHalf) * row_stride);
    turn(kRoots.at[n], re, im);
  };
  const auto store_row = [&](int m, Vec re, Vec im) __attribute__((always_inline)) {
    store(rows.re + m * width, re);
    store(rows.im + m * width, im);
  };
  transform<kHalf>(load_pixels, store_row);
}

// kLanes rows.
template <int kWidth>
__attribute__((noinline, unused)) static void rowsForward(FftRows rows, float* out, int64_t vector_stride) {
  Vec re[kWidth], im[kWidth];
  for (int k = 0; k < kWidth; k += 4) {
    loadColumns(rows.re + k, kWidth, re + k);
    loadColumns(rows.im + k, kWidth, im + k);
  }
  const auto load_pair = [&](int n, Vec* r, Vec* i) __attribute__((always_inline)) {
    *r = re[n];
    *i = im[n];
  };
  const auto store_pair = [&](int k, Vec r, Vec i) __attribute__((always_inline)) {
    store(out + k * vector_stride, r);
    store(out + k * vector_stride + kLanes, i);
  };
  transform<kWidth>(load_pair, store_pair);
}

CONVKIT_INLINE void clearRun(float* to, int64_t count) {
  for (int64_t i = 0; i < count; i += kLanes) store(to + i, Vec{});
}

CONVKIT_INLINE int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
CONVKIT_INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// A patch that is not whole, between zeros.
__attribute__((noinline, unused)) static void copyPatch(const FftForwardArgs& args, float* patch) {
  const int64_t width = args.tile.width;
  for (int64_t h = 0; h < args.tile.height; ++h) {
    float* row = patch + h * width;
    clearRun(row, width);
    if (h < args.row_begin || h >= args.row_end) continue;
    const int64_t at = h * args.row_stride;
    const int64_t end = smaller(args.column_end, args.end - at);
    int64_t column = larger(args.column_begin, args.begin - at);
    for (; column + kLanes <= end; column += kLanes) store(row + column, load(args.x + at + column));
    if (column < end) {
      const int left = static_cast<int>(end - column);
      storePartial(row + column, loadPartial(args.x + at + column, left), left);
    }
  }
}

CONVKIT_INLINE bool isWhole(const FftForwardArgs& args) {
  const FftTile& tile = args.tile;
  return args.row_begin <= 0 && args.row_end >= tile.height && args.column_begin <= 0 &&
         args.column_end >= tile.width && args.begin <= 0 &&
         args.end >= (tile.height - 1) * args.row_stride + tile.width;
}

__attribute__((noinline, unused)) static void clearColumns(const FftTile& tile, FftRows rows) {
  for (int64_t m = 0; m < tile.height / 2; ++m) {
    store(rows.re + m * tile.width, Vec{});
    store(rows.im + m * tile.width, Vec{});
  }
}

void fftForward(const FftForwardArgs& args) {
  const FftTile tile = args.tile;
  const FftRows rows = rowsIn(args.scratch, tile);
  const float* x = args.x;
  int64_t row_stride = args.row_stride;
  if (!isWhole(args)) {
    copyPatch(args, args.scratch);
    x = args.scratch;
    row_stride = tile.width;
  }
  for (int32_t c = 0; c < tile.width; c += kLanes) {
    const FftRows columns{rows.re + c, rows.im + c};
    // Kernels and patches at an edge have many columns of zeros.
    if (c >= args.column_end || c + kLanes <= args.column_begin) {
      clearColumns(tile, columns);
    } else if (tile.height == 64) {
      columnsForward<64>(x + c, row_stride, columns, tile.width);
    } else if (tile.height == 32) {
      columnsForward<32>(x + c, row_stride, columns, tile.width);
    } else {
      columnsForward<16>(x + c, row_stride, columns, tile.width);
    }
  }
  for (int64_t m = 0; m < tile.height / 2; m += kLanes) {
    const FftRows some{rows.re + m * tile.width, rows.im + m * tile.width};
    float* out = args.out + m / kLanes * tile.width * args.vector_stride;
    if (tile.width == 64) {
      rowsForward<64>(some, out, args.vector_stride);
    } else if (tile.width == 32) {
      rowsForward<32>(some, out, args.vector_stride);
    } else {
      rowsForward<16>(some, out, args.vector_stride);
    }
  }
}

}  // namespace
}  // namespace convkit
