// The template of the `pool` family, included once by each thin per-ISA file.

#include "kernels/pool/pool.h"
#include "kernels/pool/reductions.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// kOutputs neighbouring outputs, `step` floats apart, from windows with the same `taps` columns.
template <class Reduction, int kOutputs>
CONVKIT_INLINE void reduceOutputs(const PoolRows& window, int64_t at, int64_t step, int32_t taps,
                                  int64_t tap_step, Vec* sums) {
#pragma GCC unroll 8
  for (int o = 0; o < kOutputs; ++o) sums[o] = Reduction::start();
  for (int32_t d = 0; d < window.slices; ++d) {
    for (int32_t h = 0; h < window.rows; ++h) {
      const float* x = window.x + d * window.slice_step + h * window.row_step + at;
      for (int32_t w = 0; w < taps; ++w, x += tap_step) {
#pragma GCC unroll 8
        for (int o = 0; o < kOutputs; ++o) sums[o] = Reduction::combine(sums[o], load(x + o * step));
      }
    }
  }
}

template <class Reduction, int kOutputs>
CONVKIT_INLINE void writeOutputs(const PoolRowArgs& args, int32_t output) {
  const PoolColumn& column = args.columns[output];
  Vec sums[kOutputs];
  reduceOutputs<Reduction, kOutputs>(args.window, static_cast<int64_t>(column.first) * kLanes,
                                     static_cast<int64_t>(args.stride) * kLanes, column.taps,
                                     static_cast<int64_t>(args.dilation) * kLanes, sums);
  float* y = args.y + static_cast<int64_t>(output) * kLanes;
#pragma GCC unroll 8
  for (int o = 0; o < kOutputs; ++o) {
    store(y + o * kLanes, Reduction::finish(sums[o], args.row_count * column.count));
  }
}

template <class Reduction>
void poolRow(const PoolRowArgs& args) {
  int32_t output = 0;
  while (output < args.outputs) {
    const bool interior = output >= args.interior_begin && output + 4 <= args.interior_end;
    if (interior && output + 8 <= args.interior_end) {
      writeOutputs<Reduction, 8>(args, output);
      output += 8;
    } else if (interior) {
      writeOutputs<Reduction, 4>(args, output);
      output += 4;
    } else {
      writeOutputs<Reduction, 1>(args, output);
      output += 1;
    }
  }
}

template <class Reduction, int kColumns>
CONVKIT_INLINE void writeColumns(const PoolColumnsArgs& args, int32_t column) {
  Vec sums[kColumns];
  const int64_t at = static_cast<int64_t>(column) * kLanes;
  reduceOutputs<Reduction, kColumns>(args.window, at, kLanes, 1, 0, sums);
#pragma GCC unroll 8
  for (int c = 0; c < kColumns; ++c) store(args.y + at + c * kLanes, sums[c]);
}

template <class Reduction>
void poolColumns(const PoolColumnsArgs& args) {
  int32_t column = 0;
  for (; column + 8 <= args.columns; column += 8) writeColumns<Reduction, 8>(args, column);
  for (; column < args.columns; ++column) writeColumns<Reduction, 1>(args, column);
}

// Eight partial results hide the latency of one.
constexpr int kPartials = 8;

template <class Reduction>
CONVKIT_INLINE Vec reducePiece(const float* x, int64_t columns) {
  Vec sums[kPartials];
#pragma GCC unroll 8
  for (int p = 0; p < kPartials; ++p) sums[p] = Reduction::start();
  int64_t column = 0;
  for (; column + kPartials <= columns; column += kPartials, x += kPartials * kLanes) {
#pragma GCC unroll 8
    for (int p = 0; p < kPartials; ++p) sums[p] = Reduction::combine(sums[p], load(x + p * kLanes));
  }
  for (; column < columns; ++column, x += kLanes) sums[0] = Reduction::combine(sums[0], load(x));
#pragma GCC unroll 3
  for (int half = kPartials / 2; half > 0; half /= 2) {
    for (int p = 0; p < half; ++p) sums[p] = Reduction::combine(sums[p], sums[p + half]);
  }
  return sums[0];
}

// Calls add(partial) for every piece of the window, in order. Pieces are short enough that the
// rounding of a sum within one does not matter.
template <class Reduction, class Add>
CONVKIT_INLINE void forEachPiece(const PoolWindowArgs& args, Add add) {
  constexpr int64_t kPiece = 512;
  for (int32_t d = 0; d < args.window.slices; ++d) {
    for (int32_t h = 0; h < args.window.rows; ++h) {
      const float* x = args.window.x + d * args.window.slice_step + h * args.window.row_step;
      for (int64_t at = 0; at < args.columns; at += kPiece) {
        const int64_t left = args.columns - at;
        add(reducePiece<Reduction>(x + at * kLanes, left < kPiece ? left : kPiece));
      }
    }
  }
}

void maxWindow(const PoolWindowArgs& args) {
  Vec largest = Maximum::start();
  forEachPiece<Maximum>(args, [&](Vec piece) { largest = maxOrNan(largest, piece); });
  store(args.y, largest);
}

// Kahan's compensated sum of the pieces: a plane may have millions of pixels.
void averageWindow(const PoolWindowArgs& args) {
  Vec sum{};
  Vec lost{};
  forEachPiece<Average>(args, [&](Vec piece) {
    const Vec term = piece - lost;
    const Vec next = sum + term;
    // An infinite sum would turn into a NaN by being compensated.
    lost = (absolute(next) < __builtin_inff()) ? (next - sum) - term : Vec{};
    sum = next;
  });
  store(args.y, sum / args.divisor);
}

#define CONVKIT_POOL_TABLE                                                                             \
  {                                                                                                    \
    kLanes, poolRow<Maximum>, poolRow<Average>, poolColumns<Maximum>, poolColumns<Average>, maxWindow, \
        averageWindow                                                                                  \
  }

}  // namespace
}  // namespace convkit
