// The tile template of the `product` family, included once by each thin per-ISA file.

#include "kernels/product/product.h"
#include "simd/activation.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Registers decide: accumulators + one vector of b each + one broadcast must not exceed the file.
// On SSE2 the unfused multiply needs one more.
#if defined(__AVX512F__)
constexpr int kMaxRows[kMaxTileVectors] = {8, 8, 8, 6};
constexpr int kMaxVectors = 4;
#elif defined(__AVX2__)
constexpr int kMaxRows[kMaxTileVectors] = {8, 6, 4, 3};
constexpr int kMaxVectors = 2;
#elif defined(__aarch64__)
constexpr int kMaxRows[kMaxTileVectors] = {8, 8, 6, 4};
constexpr int kMaxVectors = 4;
#else
constexpr int kMaxRows[kMaxTileVectors] = {8, 5, 3, 2};
constexpr int kMaxVectors = 2;
#endif

template <int kVectors, int kRows>
struct Tile {
  Vec sums[kRows][kVectors];

  CONVKIT_INLINE int lanesOf(const ProductArgs& args, int v) {
    return v + 1 < kVectors ? kLanes : args.last_lanes;
  }

  // The lines that will be written are on their way while the sums are computed.
  inline __attribute__((always_inline)) void prefetchOutputs(const ProductArgs& args) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v)
        __builtin_prefetch(args.y + args.y_offsets[r] + v * args.y_vector_stride, 1);
    }
  }

  inline __attribute__((always_inline)) void start(const ProductArgs& args) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[r][v] = Vec{};
    }
    if (!args.accumulate) return args.stream ? void() : prefetchOutputs(args);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        sums[r][v] = loadPartial(args.y + args.y_offsets[r] + v * args.y_vector_stride, lanesOf(args, v));
      }
    }
  }

  inline __attribute__((always_inline)) void step(const float* const* rows, int64_t k, const float* b) {
    Vec weights[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) weights[v] = load(b + v * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const Vec value = broadcast(rows[r][k]);
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[r][v] = fma(value, weights[v], sums[r][v]);
    }
  }

  inline __attribute__((always_inline)) void add(const ProductArgs& args, const ProductSegment* segments,
                                                 int64_t count, int64_t run) {
    const char* ahead = reinterpret_cast<const char*>(args.prefetch);
    for (int64_t s = 0; s < count; ++s) {
      const float* rows[kRows];
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) rows[r] = args.a + args.row_offsets[r] + segments[s].a;
      const float* b = args.b + segments[s].b * (kVectors * kLanes);
      int64_t k = 0;
      for (; k + 4 <= run; k += 4, b += 4 * kVectors * kLanes) {
        for (int32_t line = 0; line < args.prefetch_lines; ++line, ahead += 64)
          __builtin_prefetch(ahead, 0, 2);
#pragma GCC unroll 4
        for (int u = 0; u < 4; ++u) step(rows, k + u, b + u * kVectors * kLanes);
      }
      for (; k < run; ++k, b += kVectors * kLanes) step(rows, k, b);
    }
  }

  inline __attribute__((always_inline)) Vec parameter(const float* values, bool per_row, int r, int v) {
    return per_row ? broadcast(values[r]) : load(values + v * kLanes);
  }

  inline __attribute__((always_inline)) void finish(const ProductArgs& args) {
    const Epilogue& epilogue = *args.epilogue;
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        Vec sum = sums[r][v];
        if (epilogue.bias) sum += parameter(epilogue.bias, epilogue.per_row, r, v);
        if (args.residual) {
          const float* residual = args.residual + args.residual_offsets[r] + v * args.residual_vector_stride;
          sum += loadPartial(residual, lanesOf(args, v));
        }
        if (epilogue.kind == ActivationKind::kRelu) sum = maxKeepNan(Vec{}, sum);
        sums[r][v] = sum;
      }
    }
  }

  inline __attribute__((always_inline)) void write(const ProductArgs& args) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        float* y = args.y + args.y_offsets[r] + v * args.y_vector_stride;
        if (v + 1 < kVectors || args.last_lanes == kLanes) {
          args.stream ? stream(y, sums[r][v]) : store(y, sums[r][v]);
        } else {
          storePartial(y, sums[r][v], args.last_lanes);
        }
      }
    }
  }
};

// Everything but ReLU runs over the tile just written, which is in the first-level cache: one copy
// of the long polynomials instead of one a tile.
__attribute__((noinline, unused)) static void activateTile(const ProductArgs& args, int rows, int vectors) {
  const Epilogue& epilogue = *args.epilogue;
  for (int r = 0; r < rows; ++r) {
    for (int v = 0; v < vectors; ++v) {
      const int lanes = v + 1 < vectors ? kLanes : args.last_lanes;
      float* y = args.y + args.y_offsets[r] + v * args.y_vector_stride;
      Vec slope{};
      if (epilogue.slope)
        slope = epilogue.per_row ? broadcast(epilogue.slope[r]) : load(epilogue.slope + v * kLanes);
      const Vec value = loadPartial(y, lanes);
      storePartial(y, activate(epilogue.kind, value, epilogue.alpha, epilogue.beta, slope), lanes);
    }
  }
}

CONVKIT_INLINE bool needsActivatePass(const ProductArgs& args) {
  return args.epilogue && args.epilogue->kind != ActivationKind::kIdentity &&
         args.epilogue->kind != ActivationKind::kRelu;
}

template <int kVectors, int kRows>
void broadcastTile(const ProductArgs& args) {
  Tile<kVectors, kRows> tile;
  tile.start(args);
  tile.add(args, args.segments, args.full_segments, args.run);
  tile.add(args, args.segments + args.full_segments, args.tail_segments, args.tail_run);
  if (args.epilogue) tile.finish(args);
  tile.write(args);
  if (needsActivatePass(args)) activateTile(args, kRows, kVectors);
}

template <int kRows>
void laneTile(const ProductArgs& args) {
  Tile<1, kRows> tile;
  tile.start(args);
  for (int64_t s = 0; s < args.full_segments; ++s) {
    const Vec weights = load(args.b + args.segments[s].b * kLanes);
    const float* a = args.a + args.segments[s].a;
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r)
      tile.sums[r][0] = fma(load(a + args.row_offsets[r]), weights, tile.sums[r][0]);
  }
  if (args.epilogue) tile.finish(args);
  tile.write(args);
  if (needsActivatePass(args)) activateTile(args, kRows, 1);
}

template <int kVectors, int kRows>
constexpr ProductTile tileOrNull() {
  if constexpr (kVectors <= kMaxVectors && kRows <= kMaxRows[kVectors - 1]) {
    return broadcastTile<kVectors, kRows>;
  } else {
    return nullptr;
  }
}

#define CONVKIT_TILE_ROW(vectors)                                                                           \
  {                                                                                                         \
    tileOrNull<vectors, 1>(), tileOrNull<vectors, 2>(), tileOrNull<vectors, 3>(), tileOrNull<vectors, 4>(), \
        tileOrNull<vectors, 5>(), tileOrNull<vectors, 6>(), tileOrNull<vectors, 7>(),                       \
        tileOrNull<vectors, 8>()                                                                            \
  }

#define CONVKIT_PRODUCT_TABLE                                                                                \
  {                                                                                                          \
    kLanes, {kMaxRows[0], kMaxRows[1], kMaxRows[2], kMaxRows[3]}, kMaxVectors, kMaxTileRows,                 \
        {CONVKIT_TILE_ROW(1), CONVKIT_TILE_ROW(2), CONVKIT_TILE_ROW(3), CONVKIT_TILE_ROW(4)}, {              \
      laneTile<1>, laneTile<2>, laneTile<3>, laneTile<4>, laneTile<5>, laneTile<6>, laneTile<7>, laneTile<8> \
    }                                                                                                        \
  }

}  // namespace
}  // namespace convkit
