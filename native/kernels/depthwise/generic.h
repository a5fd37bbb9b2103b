// The template of the `depthwise` family, included once by each thin per-ISA file.

#include "kernels/depthwise/depthwise.h"
#include "simd/activation.h"
#include "simd/vec.h"

namespace convkit {
namespace {

constexpr int kLineFloats = 16;

// What becomes of a sum as it is written.
struct Finish {
  Vec bias;
  Clamp clamp;
  bool activates;
};

CONVKIT_INLINE Finish finishOf(const Epilogue& epilogue) {
  return {epilogue.bias ? load(epilogue.bias) : Vec{}, clampOf(epilogue.kind, epilogue.alpha, epilogue.beta),
          !isClamp(epilogue.kind)};
}

// The long polynomials run over the tile just written, which is in the first-level cache, while the sums of
// the next one begin: 3×3 with stride 2 of 96 channels on 112² with SiLU takes 0.27 ms instead of the 0.33 of
// whole rows.
template <ActivationKind kKind>
void activatePixels(const Epilogue& epilogue, float* y, int32_t pixels) {
  const Vec slope = kKind == ActivationKind::kPrelu ? load(epilogue.slope) : Vec{};
  for (int64_t at = 0; at < int64_t{pixels} * kLanes; at += kLanes)
    store(y + at, activate(kKind, load(y + at), epilogue.alpha, epilogue.beta, slope));
}

__attribute__((noinline, unused)) static void activateTile(const Epilogue& epilogue, float* y,
                                                           int32_t pixels) {
  switch (epilogue.kind) {
#define CONVKIT_ACTIVATION(kind) \
  case ActivationKind::kind:     \
    return activatePixels<ActivationKind::kind>(epilogue, y, pixels);
    CONVKIT_LONG_ACTIVATIONS(CONVKIT_ACTIVATION)
#undef CONVKIT_ACTIVATION
    default:
      return;
  }
}

template <int kSize, int kStride>
struct DepthwiseRow {
  static constexpr int kHalf = kSize / 2;

  const DepthwiseArgs& args;
  const Finish& finish;
  const float* rows[kSize];  // of input, from the plane's first column on
  const float* residual;
  float* y;

  // Rows of input for a window from row `first` on.
  CONVKIT_INLINE_MEMBER void findRows(int64_t first) {
#pragma GCC unroll 5
    for (int kh = 0; kh < kSize; ++kh) {
      const bool inside = first + kh >= 0 && first + kh < args.x_rows;
      rows[kh] = inside ? args.x + (first + kh) * args.x_row_stride : args.zeros;
    }
  }

  CONVKIT_INLINE_MEMBER int64_t firstPixel(int64_t column) const { return column * kStride - args.pad_left; }

  // What the row below this one adds to the input, and where it will be written.
  template <int kColumns>
  CONVKIT_INLINE_MEMBER void fetchBelow(int64_t column) const {
    const float* from = rows[kSize - 1] + firstPixel(column) * kLanes;
    const float* to = y + column * kLanes;
#pragma GCC unroll 2
    for (int r = 1; r <= kStride; ++r) {
      for (int at = 0; at < kColumns * kStride * kLanes; at += kLineFloats)
        __builtin_prefetch(from + r * args.x_row_stride + at);
    }
    for (int at = 0; at < kColumns * kLanes; at += kLineFloats)
      __builtin_prefetch(to + args.y_row_stride + at, 1);
  }

  // Which of a tile's first and last pixels of input are padding, and so found among the zeros.
  template <int kColumns>
  struct Edges {
    static constexpr int kSpan = (kColumns - 1) * kStride + kSize;
    bool left[kHalf], right[kHalf];

    Edges(int64_t first, int64_t end) {
#pragma GCC unroll 2
      for (int i = 0; i < kHalf; ++i) {
        left[i] = first + i < 0;
        right[i] = first + kSpan - kHalf + i >= end;
      }
    }
  };

  // A row of a tile's input. Addresses are kept in registers: g++ 12 otherwise keeps their differences.
  template <int kColumns>
  struct RowInput {
    static constexpr int kSpan = Edges<kColumns>::kSpan;
    const float *first, *left[kHalf], *right[kHalf];

    CONVKIT_INLINE_MEMBER RowInput(const float* from, const Edges<kColumns>& edges, const float* zeros) {
      first = oneRegister(from);
#pragma GCC unroll 2
      for (int i = 0; i < kHalf; ++i) {
        left[i] = oneRegister(edges.left[i] ? zeros : from + i * kLanes);
        right[i] = oneRegister(edges.right[i] ? zeros : from + (kSpan - kHalf + i) * kLanes);
      }
    }
    CONVKIT_INLINE_MEMBER Vec at(int pixel) const {
      if (pixel < kHalf) return load(left[pixel]);
      return load(pixel < kSpan - kHalf ? first + pixel * kLanes : right[pixel - (kSpan - kHalf)]);
    }
  };

  template <int kColumns>
  CONVKIT_INLINE_MEMBER void tile(int64_t column) const {
    if (args.fetch_below) fetchBelow<kColumns>(column);
    Vec sums[kColumns];
#pragma GCC unroll 8
    for (int c = 0; c < kColumns; ++c) sums[c] = Vec{};
    const int64_t first = firstPixel(column);
    const Edges<kColumns> edges(first, args.x_columns);
    const float* weights = args.weights;
#pragma GCC unroll 1
    for (int kh = 0; kh < kSize; ++kh, weights += kSize * kLanes) {
      const RowInput<kColumns> input(rows[kh] + first * kLanes, edges, args.zeros);
#pragma GCC unroll 5
      for (int kw = 0; kw < kSize; ++kw) {
        const Vec weight = load(weights + kw * kLanes);
#pragma GCC unroll 8
        for (int c = 0; c < kColumns; ++c) sums[c] = fma(input.at(c * kStride + kw), weight, sums[c]);
      }
    }
    write<kColumns>(sums, column * kLanes);
  }

  // A pixel whose window reaches further into the padding than a tile knows of.
  __attribute__((noinline)) void edge(int64_t column) const {
    Vec sum[1] = {Vec{}};
    const int64_t first = firstPixel(column);
    const float* weights = args.weights;
    for (int kh = 0; kh < kSize; ++kh) {
      for (int kw = 0; kw < kSize; ++kw, weights += kLanes) {
        const bool inside = first + kw >= 0 && first + kw < args.x_columns;
        const Vec value = inside ? load(rows[kh] + (first + kw) * kLanes) : Vec{};
        sum[0] = fma(value, load(weights), sum[0]);
      }
    }
    write<1>(sum, column * kLanes);
  }

  template <int kColumns>
  CONVKIT_INLINE_MEMBER void write(const Vec* sums, int64_t at) const {
#pragma GCC unroll 8
    for (int c = 0; c < kColumns; ++c) {
      Vec sum = sums[c] + finish.bias;
      if (residual) sum += load(residual + at + c * kLanes);
      store(y + at + c * kLanes, clampTo(finish.clamp, sum));
    }
    if (finish.activates) activateTile(*args.epilogue, y + at, kColumns);
  }

  // The pixels that are left after whole tiles.
  CONVKIT_INLINE_MEMBER void rest(int64_t column, int64_t count) const {
    switch (count) {
      case 7:
        return tile<7>(column);
      case 6:
        return tile<6>(column);
      case 5:
        return tile<5>(column);
      case 4:
        return tile<4>(column);
      case 3:
        return tile<3>(column);
      case 2:
        return tile<2>(column);
      case 1:
        return tile<1>(column);
      default:
        return;
    }
  }

  // Columns from `begin` to `end` see no more padding beside them than kHalf pixels.
  CONVKIT_INLINE_MEMBER void compute(int64_t begin, int64_t end) const {
    for (int64_t column = 0; column < begin; ++column) edge(column);
    int64_t column = begin;
    for (; column + kMaxDepthwiseColumns <= end; column += kMaxDepthwiseColumns)
      tile<kMaxDepthwiseColumns>(column);
    rest(column, end - column);
    for (column = end; column < args.columns; ++column) edge(column);
  }
};

CONVKIT_INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

template <int kSize, int kStride>
void depthwiseRows(const DepthwiseArgs& args) {
  const Finish finish = finishOf(*args.epilogue);
  constexpr int kHalf = DepthwiseRow<kSize, kStride>::kHalf;
  const int64_t columns = args.columns, before = args.pad_left - kHalf;
  const int64_t begin = before <= 0 ? 0 : least((before + kStride - 1) / kStride, columns);
  const int64_t last = int64_t{args.x_columns} + args.pad_left + kHalf - kSize;
  const int64_t end = last < begin * kStride ? begin : least(last / kStride + 1, columns);
  DepthwiseRow<kSize, kStride> row{args, finish, {}, args.residual, args.y};
  for (int32_t r = 0; r < args.rows; ++r) {
    row.findRows(args.first_row + int64_t{r} * kStride);
    row.compute(begin, end);
    row.y += args.y_row_stride;
    if (row.residual) row.residual += args.residual_row_stride;
  }
}

#define CONVKIT_DEPTHWISE_TABLE                                                                      \
  {                                                                                                  \
    kLanes, {depthwiseRows<3, 1>, depthwiseRows<3, 2>}, { depthwiseRows<5, 1>, depthwiseRows<5, 2> } \
  }

}  // namespace
}  // namespace convkit
