#pragma once

// The register tile of the `narrow` family: output channels × rows × vectors of neighbouring pixels.

#include "kernels/narrow/narrow.h"
#include "simd/activation.h"
#include "simd/totals.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Registers decide: sums + the rows of a tap + one weight must not exceed the file.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kPairOfVectors = 2;
constexpr int kTallRows = 7;
#else
constexpr int kPairOfVectors = 1;
constexpr int kTallRows = 4;
#endif

// Rows of output that a tile of `out` channels computes together.
constexpr int narrowRows(int height, int stride, int out) {
  if (height == 1) return 1;
  if (out == 1) return height == 7 && stride == 2 ? 2 : 4;
  return out == 2 && height == 3 && stride == 1 ? 4 : 2;
}

// Without rows to share, more vectors give the sums that hide a multiplication's latency.
constexpr int narrowVectors(int height) { return height == 1 ? 2 * kPairOfVectors : kPairOfVectors; }

// The pixels of one output vector: every stride-th from `p` on, masked at the edges of a row.
template <int kStride, bool kEdge>
CONVKIT_INLINE Vec loadPixels(const float* p, uint32_t pixels) {
  if constexpr (kStride == 1) {
    return kEdge ? loadMasked(p, pixels) : load(p);
  } else {
    return kEdge ? evenLanes(loadMasked(p, pixels), loadMasked(p + kLanes, pixels >> kLanes))
                 : evenLanes(load(p), load(p + kLanes));
  }
}

// Some vectors of output from `vector` on, for all rows of the call.
struct NarrowColumn {
  int32_t vector;
  int32_t lanes;  // of the last vector
};

struct TilePlace {
  int32_t row, rows;
  NarrowColumn column;
};

// What is no clamp, over the tile just written.
__attribute__((noinline, unused)) static void activateTile(const NarrowArgs& args, const TilePlace& place,
                                                           int out, int vectors) {
  const Epilogue& epilogue = *args.epilogue;
  const int64_t width = args.shape->y_width, plane = width * args.shape->y_height;
  for (int o = 0; o < out; ++o) {
    const Vec slope = epilogue.slope ? broadcast(epilogue.slope[o]) : Vec{};
    for (int r = 0; r < place.rows; ++r) {
      for (int v = 0; v < vectors; ++v) {
        float* y = args.y + o * plane + (place.row + r) * width + (place.column.vector + v) * kLanes;
        const int count = v + 1 < vectors ? kLanes : place.column.lanes;
        const Vec value = loadPartial(y, count);
        storePartial(y, activate(epilogue.kind, value, epilogue.alpha, epilogue.beta, slope), count);
      }
    }
  }
}

template <int kOut, int kRows, int kVectors>
struct NarrowTile {
  Vec sums[kOut][kRows][kVectors];

  static constexpr int kFloats = kOut * kRows * kVectors * kLanes;

  // A partial sum is complete: the next one begins with zero.
  inline __attribute__((always_inline)) void cut(Totals<kFloats>& totals) {
    alignas(64) float partial[kFloats];
    float* to = partial;
#pragma GCC unroll 4
    for (int o = 0; o < kOut; ++o) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v, to += kLanes) {
          store(to, sums[o][r][v]);
          sums[o][r][v] = Vec{};
        }
      }
    }
    totals.add(partial);
  }

  // The last partial sum is complete.
  inline __attribute__((always_inline)) void takeTotals(Totals<kFloats>& totals) {
    if (!totals.begun()) return;
    cut(totals);
    const float* from = totals.finish();
#pragma GCC unroll 4
    for (int o = 0; o < kOut; ++o) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v, from += kLanes) sums[o][r][v] = load(from);
      }
    }
  }

  CONVKIT_INLINE void multiply(Vec (&acc)[kRows][kVectors], float weight, const Vec (*in)[kVectors],
                               int step) {
    const Vec w = broadcast(weight);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) acc[r][v] = fma(in[r * step][v], w, acc[r][v]);
    }
  }

  // The lines that the tile at `vector` in the same rows will write are on their way while this one computes.
  inline __attribute__((always_inline)) void fetchOutputs(const NarrowArgs& args, int32_t row,
                                                          int32_t vector) {
    const int64_t width = args.shape->y_width, plane = width * args.shape->y_height;
    const float* y = args.y + row * width + vector * kLanes;
#pragma GCC unroll 4
    for (int o = 0; o < kOut; ++o) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) __builtin_prefetch(y + o * plane + r * width + v * kLanes, 1);
      }
    }
  }

  // Every sum begins with its bias.
  inline __attribute__((always_inline)) void start(const Epilogue& epilogue) {
#pragma GCC unroll 4
    for (int o = 0; o < kOut; ++o) {
      const Vec bias = epilogue.bias ? broadcast(epilogue.bias[o]) : Vec{};
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) sums[o][r][v] = bias;
      }
    }
  }

  // All that one step along the kernel's width adds: row h of the tile's input begins at p[h].
  template <int kHeight, int kStride, bool kEdge>
  inline __attribute__((always_inline)) void step(const float* const* p, const float* weights,
                                                  const uint32_t* pixels, int pixels_step) {
    constexpr int kRowsIn = (kRows - 1) * kStride + kHeight;
    Vec in[kRowsIn][kVectors];
#pragma GCC unroll 32
    for (int h = 0; h < kRowsIn; ++h) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        in[h][v] =
            loadPixels<kStride, kEdge>(p[h] + v * (kLanes * kStride), kEdge ? pixels[v * pixels_step] : 0);
      }
    }
#pragma GCC unroll 8
    for (int kh = 0; kh < kHeight; ++kh) {
#pragma GCC unroll 4
      for (int o = 0; o < kOut; ++o) multiply(sums[o], weights[kh * kOut + o], in + kh, kStride);
    }
  }

  CONVKIT_INLINE void write(const NarrowArgs& args, float* y, Vec sum) {
    args.shape->stream ? stream(y, sum) : store(y, sum);
  }

  // Bias is in the sums already.
  inline __attribute__((always_inline)) void finish(const NarrowArgs& args, const TilePlace& place) {
    const int64_t width = args.shape->y_width, plane = width * args.shape->y_height;
    const int64_t offset = place.row * width + place.column.vector * kLanes;
    if (args.residual) addResidual(args.residual + offset, width, plane, place);
    if (args.epilogue->kind != ActivationKind::kIdentity) clampSums(*args.epilogue);
    float* y = args.y + offset;
#pragma GCC unroll 4
    for (int o = 0; o < kOut; ++o, y += plane) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        if (r >= place.rows) break;
#pragma GCC unroll 4
        for (int v = 0; v + 1 < kVectors; ++v) write(args, y + r * width + v * kLanes, sums[o][r][v]);
        float* last = y + r * width + (kVectors - 1) * kLanes;
        if (place.column.lanes == kLanes) {
          write(args, last, sums[o][r][kVectors - 1]);
        } else {
          storePartial(last, sums[o][r][kVectors - 1], place.column.lanes);
        }
      }
    }
    if (!isClamp(args.epilogue->kind)) activateTile(args, place, kOut, kVectors);
  }

  inline __attribute__((always_inline)) void addResidual(const float* residual, int64_t width, int64_t plane,
                                                         const TilePlace& place) {
#pragma GCC unroll 4
    for (int o = 0; o < kOut; ++o) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        if (r >= place.rows) break;
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          sums[o][r][v] += loadPartial(residual + o * plane + r * width + v * kLanes,
                                       v + 1 < kVectors ? kLanes : place.column.lanes);
        }
      }
    }
  }

  inline __attribute__((always_inline)) void clampSums(const Epilogue& epilogue) {
    const Clamp clamp = clampOf(epilogue.kind, epilogue.alpha, epilogue.beta);
#pragma GCC unroll 4
    for (int o = 0; o < kOut; ++o) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) sums[o][r][v] = clampTo(clamp, sums[o][r][v]);
      }
    }
  }
};

}  // namespace
}  // namespace convkit
