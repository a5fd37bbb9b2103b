// The templates of the `narrow` family, included once by each thin per-ISA file.

#include "kernels/narrow/tile.h"

namespace convkit {
namespace {

// Where rows of input begin at a column: rows of padding are rows of zeros.
template <int kCount>
CONVKIT_INLINE void findRows(const NarrowShape& shape, const float* channel, int64_t row, int64_t column,
                             const float** p) {
  if (row >= 0 && row + kCount <= shape.x_height) {
    const float* first = channel + row * shape.x_width + column;
#pragma GCC unroll 32
    for (int h = 0; h < kCount; ++h) p[h] = oneRegister(first + int64_t{h} * shape.x_width);
    return;
  }
#pragma GCC unroll 32
  for (int h = 0; h < kCount; ++h) {
    const bool inside = row + h >= 0 && row + h < shape.x_height;
    p[h] = oneRegister((inside ? channel + (row + h) * shape.x_width : shape.zeros) + column);
  }
}

CONVKIT_INLINE int64_t termsOf(const NarrowShape& shape) {
  return int64_t{shape.in_channels} * shape.kernel_h * shape.kernel_w;
}

template <int kSize, int kStride, int kOut, int kRows, int kVectors, bool kEdge>
__attribute__((noinline)) static void squareColumn(const NarrowArgs& args, const NarrowColumn& place) {
  constexpr int kRowsIn = (kRows - 1) * kStride + kSize;
  const NarrowShape shape = *args.shape;
  const int64_t x_plane = int64_t{shape.x_height} * shape.x_width;
  const int64_t column = int64_t{place.vector} * (kLanes * kStride) - shape.pad_left;
  const int32_t end = args.first_row + args.rows;
  const int64_t terms = termsOf(shape);
  const int32_t cut = terms > kLongestChain ? kLongestChain / (kSize * kSize) : shape.in_channels;
  uint32_t pixels[kVectors * kSize];
#pragma GCC unroll 16
  for (int i = 0; i < kVectors * kSize; ++i)
    pixels[i] = kEdge ? shape.pixels[int64_t{place.vector} * kSize + i] : 0;

  for (int32_t row = args.first_row; row < end; row += kRows) {
    NarrowTile<kOut, kRows, kVectors> tile;
    if (kSize == 3 && shape.fetch_outputs) tile.fetchOutputs(args, row, place.vector + kVectors);
    tile.start(*args.epilogue);
    Totals<tile.kFloats> totals(terms > kLongestPlainTotal);
    const float* channel = args.x;
    const float* weights = args.weights;
    int32_t left = cut;
    for (int32_t ic = 0; ic < shape.in_channels; ++ic, channel += x_plane, weights += kSize * kSize * kOut) {
      if (left-- == 0) {
        tile.cut(totals);
        left = cut - 1;
      }
      const float* p[kRowsIn];
      findRows<kRowsIn>(shape, channel, int64_t{row} * kStride - shape.pad_top, column, p);
#pragma GCC unroll 8
      for (int kw = 0; kw < kSize; ++kw) {
        tile.template step<kSize, kStride, kEdge>(p, weights + kw * kSize * kOut, pixels + kw, kSize);
#pragma GCC unroll 32
        for (int h = 0; h < kRowsIn; ++h) ++p[h];
      }
    }
    tile.takeTotals(totals);
    tile.finish(args, {row, end - row < kRows ? end - row : kRows, place});
  }
}

template <int kStride, int kOut, int kVectors, bool kEdge>
__attribute__((noinline)) static void anyColumn(const NarrowArgs& args, const NarrowColumn& place) {
  const NarrowShape shape = *args.shape;
  const int64_t x_plane = int64_t{shape.x_height} * shape.x_width;
  const int64_t column = int64_t{place.vector} * (kLanes * kStride) - shape.pad_left;
  const uint32_t* pixels = shape.pixels + int64_t{place.vector} * shape.kernel_w;
  const int64_t terms = termsOf(shape);

  for (int32_t row = args.first_row; row < args.first_row + args.rows; ++row) {
    NarrowTile<kOut, 1, kVectors> tile;
    tile.start(*args.epilogue);
    Totals<tile.kFloats> totals(terms > kLongestPlainTotal);
    const float* channel = args.x;
    const float* weights = args.weights;
    int64_t left = kLongestChain;
    for (int32_t ic = 0; ic < shape.in_channels; ++ic, channel += x_plane) {
      for (int64_t kh = 0; kh < shape.kernel_h; ++kh) {
        const float* p;
        findRows<1>(shape, channel, int64_t{row} * shape.stride_h + kh * shape.dilation_h - shape.pad_top,
                    column, &p);
        for (int64_t kw = 0; kw < shape.kernel_w;) {
          if (left == 0) {
            tile.cut(totals);
            left = kLongestChain;
          }
          const int64_t end = kw + left < shape.kernel_w ? kw + left : shape.kernel_w;
          left -= end - kw;
          for (; kw < end; ++kw, weights += kOut, p += shape.dilation_w)
            tile.template step<1, kStride, kEdge>(&p, weights, pixels + kw, shape.kernel_w);
        }
      }
    }
    tile.takeTotals(totals);
    tile.finish(args, {row, 1, place});
  }
}

template <int kSize, int kStride, int kOut, int kRows, int kVectors>
CONVKIT_INLINE void narrowColumn(const NarrowArgs& args, int32_t vector) {
  const NarrowShape& shape = *args.shape;
  const int32_t left = shape.y_width - (vector + kVectors - 1) * kLanes;
  const NarrowColumn place{vector, left < kLanes ? left : kLanes};
  const bool inner = vector >= shape.inner_begin && vector + kVectors <= shape.inner_end;
  if constexpr (kSize == 1) {
    (inner ? anyColumn<kStride, kOut, kVectors, false> : anyColumn<kStride, kOut, kVectors, true>)(args,
                                                                                                   place);
  } else {
    (inner ? squareColumn<kSize, kStride, kOut, kRows, kVectors, false>
           : squareColumn<kSize, kStride, kOut, kRows, kVectors, true>)(args, place);
  }
}

template <int kSize, int kStride, int kOut>
void narrowBand(const NarrowArgs& args) {
  constexpr int kRows = narrowRows(kSize, kStride, kOut), kVectors = narrowVectors(kSize);
  const int32_t vectors = (args.shape->y_width + kLanes - 1) / kLanes;
  if constexpr (kTallRows > kRows && kOut == 1 && kSize > 1) {
    // One vector a row: a taller tile reads less, unless more of it is left over.
    if (vectors == 1 &&
        (args.rows + kTallRows - 1) / kTallRows * kTallRows <= (args.rows + kRows - 1) / kRows * kRows)
      return narrowColumn<kSize, kStride, kOut, kTallRows, 1>(args, 0);
  }
  // A few row tiles at a time, from left to right, so that memory is read almost in its order: with 1 a 5×5
  // of 240 channels on 28² is 8 % slower, with all of a band a 3×3 of 144 on 56² 9 %.
  constexpr int32_t kPartTiles = 4;
  const int32_t step = vectors == 1 ? args.rows : kPartTiles * kRows, end = args.first_row + args.rows;
  NarrowArgs part = args;
  for (; part.first_row < end; part.first_row += step) {
    part.rows = end - part.first_row < step ? end - part.first_row : step;
    int32_t vector = 0;
    for (; vector + kVectors <= vectors; vector += kVectors)
      narrowColumn<kSize, kStride, kOut, kRows, kVectors>(part, vector);
    if constexpr (kVectors > 1) {
      for (; vector < vectors; ++vector) narrowColumn<kSize, kStride, kOut, kRows, 1>(part, vector);
    }
  }
}

#define CONVKIT_NARROW_SIZE(size)                                               \
  {                                                                             \
    {narrowBand<size, 1, 1>, narrowBand<size, 1, 2>, narrowBand<size, 1, 4>}, { \
      narrowBand<size, 2, 1>, narrowBand<size, 2, 2>, narrowBand<size, 2, 4>    \
    }                                                                           \
  }

#define CONVKIT_NARROW_TABLE                                                               \
  {                                                                                        \
    kLanes, {                                                                              \
      CONVKIT_NARROW_SIZE(1), CONVKIT_NARROW_SIZE(3), CONVKIT_NARROW_SIZE(5), {            \
        {narrowBand<7, 1, 1>, nullptr, nullptr}, { narrowBand<7, 2, 1>, nullptr, nullptr } \
      }                                                                                    \
    }                                                                                      \
  }

}  // namespace
}  // namespace convkit
