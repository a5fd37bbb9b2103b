#pragma once

// Spectrum to output: across the rows, then down the columns, bias, residual and activation on the way out.
// Part of generic.h.

#include "kernels/fft/forward.h"
#include "simd/activation.h"

namespace convkit {
namespace {

// kLanes rows, of which the first `columns` values are wanted.
template <int kWidth>
__attribute__((noinline, unused)) static void rowsInverse(const float* in, int64_t vector_stride,
                                                          FftRows rows, int columns) {
  Vec re[kWidth], im[kWidth];
  const auto load_pair = [&](int k, Vec* r, Vec* i) __attribute__((always_inline)) {
    *i = load(in + k * vector_stride);
    *r = load(in + k * vector_stride + kLanes);
  };
  const auto store_pair = [&](int n, Vec r, Vec i) __attribute__((always_inline)) {
    im[n] = r;
    re[n] = i;
  };
  transform<kWidth>(load_pair, store_pair);
  for (int n = 0; n < columns; n += 4) {
    storeColumns(rows.re + n, kWidth, re + n);
    storeColumns(rows.im + n, kWidth, im + n);
  }
}

// One vector of columns of the output.
struct FftColumns {
  const FftInverseArgs* args;
  int32_t first;
  int count;

  // Columns of row h.
  inline __attribute__((always_inline)) int countIn(int64_t h) const {
    const int64_t left = args->end - h * args->row_stride - first;
    return left >= count ? count : left > 0 ? static_cast<int>(left) : 0;
  }

  inline __attribute__((always_inline)) void write(int64_t h, Vec value) const {
    if (h >= args->rows) return;
    const int lanes = countIn(h);
    const Epilogue& epilogue = *args->epilogue;
    const int64_t at = h * args->row_stride + first;
    value = fma(value, broadcast(args->scale), epilogue.bias ? broadcast(*epilogue.bias) : Vec{});
    if (args->residual) {
      value += lanes == kLanes ? load(args->residual + at) : loadPartial(args->residual + at, lanes);
    }
    value = clampTo(clampOf(epilogue.kind, epilogue.alpha, epilogue.beta), value);
    if (lanes == kLanes) {
      store(args->y + at, value);
    } else {
      storePartial(args->y + at, value, lanes);
    }
  }

  // What is no clamp, over what was just written.
  __attribute__((noinline)) void activateAll() const {
    const Epilogue& epilogue = *args->epilogue;
    const Vec slope = epilogue.slope ? broadcast(*epilogue.slope) : Vec{};
    for (int64_t h = 0; h < args->rows; ++h) {
      float* y = args->y + h * args->row_stride + first;
      const int lanes = countIn(h);
      const Vec value = loadPartial(y, lanes);
      storePartial(y, activate(epilogue.kind, value, epilogue.alpha, epilogue.beta, slope), lanes);
    }
  }
};

template <int kHeight>
__attribute__((noinline, unused)) static void columnsInverse(FftRows rows, const FftColumns& columns) {
  constexpr int kHalf = kHeight / 2;
  static constexpr QuarterRoots<kHalf> kRoots = QuarterRoots<kHalf>::make();
  const int64_t width = columns.args->tile.width;
  const auto load_row = [&](int m, Vec* re, Vec* im) __attribute__((always_inline)) {
    *im = load(rows.re + m * width);
    *re = load(rows.im + m * width);
  };
  const auto store_pixels = [&](int n, Vec im, Vec re) __attribute__((always_inline)) {
    turnBack(kRoots.at[n], &re, &im);
    columns.write(n, re);
    columns.write(n + kHalf, -im);
  };
  transform<kHalf>(load_row, store_pixels);
}

void fftInverse(const FftInverseArgs& args) {
  const FftTile tile = args.tile;
  const FftRows rows = rowsIn(args.scratch, tile);
  const int whole = (args.columns + kLanes - 1) / kLanes * kLanes;
  for (int64_t m = 0; m < tile.height / 2; m += kLanes) {
    const FftRows some{rows.re + m * tile.width, rows.im + m * tile.width};
    const float* in = args.in + m / kLanes * tile.width * args.vector_stride;
    if (tile.width == 64) {
      rowsInverse<64>(in, args.vector_stride, some, whole);
    } else if (tile.width == 32) {
      rowsInverse<32>(in, args.vector_stride, some, whole);
    } else {
      rowsInverse<16>(in, args.vector_stride, some, whole);
    }
  }
  for (int32_t c = 0; c < args.columns; c += kLanes) {
    const FftColumns columns{&args, c, args.columns - c < kLanes ? args.columns - c : kLanes};
    const FftRows some{rows.re + c, rows.im + c};
    if (tile.height == 64) {
      columnsInverse<64>(some, columns);
    } else if (tile.height == 32) {
      columnsInverse<32>(some, columns);
    } else {
      columnsInverse<16>(some, columns);
    }
    if (!isClamp(args.epilogue->kind)) columns.activateAll();
  }
}

}  // namespace
}  // namespace convkit
