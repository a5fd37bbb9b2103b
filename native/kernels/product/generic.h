// The tile template of the `product` family, included once by each thin per-ISA file.

#include "kernels/product/rows.h"
#include "kernels/product/totals.h"
#include "simd/written_tile.h"

namespace convkit {
namespace {

template <int kVectors, int kRows, class Rows>
struct Tile {
  static constexpr int kSums = kRows * kVectors, kTileRows = kRows;
  const Rows& places;
  Vec sums[kRows][kVectors];

  CONVKIT_INLINE int lanesOf(const ProductArgs& args, int v) {
    return v + 1 < kVectors ? kLanes : args.last_lanes;
  }

  // The lines that will be written are on their way while the sums are computed.
  CONVKIT_INLINE_MEMBER void prefetchOutputs(const ProductArgs& args) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) __builtin_prefetch(places.y(r) + v * args.y_vector_stride, 1);
    }
  }

  CONVKIT_INLINE_MEMBER void clear() {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[r][v] = Vec{};
    }
  }

  template <bool kAdd>
  CONVKIT_INLINE_MEMBER void takeOutputs(const ProductArgs& args) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        const Vec y = loadPartial(places.y(r) + v * args.y_vector_stride, lanesOf(args, v));
        sums[r][v] = kAdd ? sums[r][v] + y : y;
      }
    }
  }

  CONVKIT_INLINE_MEMBER void start(const ProductArgs& args) {
    if (args.accumulate && args.cut == 0) return takeOutputs<false>(args);
    clear();
    if (args.chain) addFrom(args.chain + places.before() * (kVectors * kLanes));
    if (!args.stream) prefetchOutputs(args);
  }

  CONVKIT_INLINE_MEMBER void put(float* to) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) store(to + (r * kVectors + v) * kLanes, sums[r][v]);
    }
  }
  CONVKIT_INLINE_MEMBER void addFrom(const float* from) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[r][v] += load(from + (r * kVectors + v) * kLanes);
    }
  }

  CONVKIT_INLINE_MEMBER void step(const typename Rows::Inputs& a, int64_t k, const float* b) {
    Vec weights[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) weights[v] = load(b + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const Vec value = broadcast(a.at(r, k));
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) accumulate(sums[r][v], value, weights[v]);
    }
  }

  // `ahead` is what is fetched next.
  CONVKIT_INLINE_MEMBER void add(const ProductArgs& args, const ProductSegment* segments, int64_t count,
                                 int64_t run, int32_t lines, const float*& ahead) {
    for (int64_t s = 0; s < count; ++s) {
      const typename Rows::Inputs a = places.inputs(segments[s]);
      const float* b = args.b + segments[s].b * (kVectors * kLanes);
      int64_t k = 0;
      for (; k + 4 <= run; k += 4, b += 4 * kVectors * kLanes) {
        for (int32_t line = 0; line < lines; ++line, ahead += kLineFloats) __builtin_prefetch(ahead, 0, 2);
        // Unrolled only where there is much to do: else the addon would be larger by a twentieth.
        if constexpr (kRows * 2 > kMaxRows[kVectors - 1]) {
#pragma GCC unroll 4
          for (int u = 0; u < 4; ++u) step(a, k + u, b + u * kVectors * kLanes);
        } else {
#pragma GCC unroll 1
          for (int u = 0; u < 4; ++u) step(a, k + u, b + u * kVectors * kLanes);
        }
      }
      for (; k < run; ++k, b += kVectors * kLanes) step(a, k, b);
    }
  }

  CONVKIT_INLINE_MEMBER Vec parameter(const float* values, bool per_row, int r, int v) {
    return per_row ? broadcast(values[r]) : load(values + v * kLanes);
  }

  CONVKIT_INLINE_MEMBER void finish(const ProductArgs& args, const Clamp* bounds) {
    const Epilogue& epilogue = *args.epilogue;
    // Hidden from the compiler, which would keep the bounds in registers that the sums need.
    asm("" : "+r"(bounds));
    const Clamp clamp = *bounds;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        Vec sum = sums[r][v];
        if (epilogue.bias) sum += parameter(epilogue.bias, epilogue.per_row, r, v);
        if (args.residual) {
          const float* residual = places.residual(r) + v * args.residual_vector_stride;
          sum += loadPartial(residual, lanesOf(args, v));
        }
        sums[r][v] = clampTo(clamp, sum);
      }
    }
  }

  CONVKIT_INLINE_MEMBER void write(const ProductArgs& args) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        float* y = places.y(r) + v * args.y_vector_stride;
        if (v + 1 < kVectors || args.last_lanes == kLanes) {
          args.stream ? stream(y, sums[r][v]) : store(y, sums[r][v]);
        } else {
          storePartial(y, sums[r][v], args.last_lanes);
        }
      }
    }
  }
};

CONVKIT_INLINE Clamp boundsOf(const ProductArgs& args) {
  if (!args.epilogue) return {};
  return clampOf(args.epilogue->kind, args.epilogue->alpha, args.epilogue->beta);
}

template <int kVectors, int kRows, class Rows>
CONVKIT_INLINE void activateWritten(const ProductArgs& args, const Rows& places) {
  if (!args.epilogue || isClamp(args.epilogue->kind)) return;
  float* rows[kRows];
  for (int r = 0; r < kRows; ++r) rows[r] = places.y(r);
  activateTile(*args.epilogue, {rows, kRows, kVectors, args.y_vector_stride, args.last_lanes});
}

// All segments, a partial sum at a time; then the total is in the tile.
template <class SomeTile, class Add>
CONVKIT_INLINE void addSegments(const ProductArgs& args, SomeTile& tile, Add add) {
  constexpr int kFloats = SomeTile::kSums * kLanes;
  const ProductSegment* segments = args.segments;
  int64_t full = args.full_segments, tail = args.tail_segments;
  alignas(64) float values[kFloats];
  for (bool begun = false;; begun = true) {
    const int64_t run = full > 0 ? args.run : args.tail_run;
    int64_t& left = full > 0 ? full : tail;
    const int64_t count = args.cut == 0 || left < args.cut ? left : args.cut;
    add(segments, count, run);
    segments += count;
    left -= count;
    const bool last = full + tail == 0;
    if (args.cut == 0) {
      if (last) return;
      continue;
    }
    float* const total = hidden(values);
    if (!args.lost) {
      if (begun) {
        tile.addFrom(total);
      } else if (args.accumulate) {
        tile.template takeOutputs<true>(args);
      }
      if (last) return;
    }
    tile.put(total);
    tile.clear();
    if (!args.lost) continue;
    const TileFloats here{tile.places.before() * (kFloats / SomeTile::kTileRows), kFloats};
    addToLong(args, begun || args.accumulate, total, here);
    if (!last) continue;
    if (args.epilogue) takeLong(args, total, here);
    return tile.addFrom(total);
  }
}

template <int kVectors, int kRows, class Rows>
CONVKIT_INLINE void computeTile(const ProductArgs& args, const Rows& places, const Clamp& bounds,
                                int32_t lines, const float*& ahead) {
  Tile<kVectors, kRows, Rows> tile{places, {}};
  tile.start(args);
  addSegments(
      args,
      tile, [&](const ProductSegment* segments, int64_t count, int64_t run) __attribute__((always_inline)) {
        tile.add(args, segments, count, run, lines, ahead);
      });
  if (args.epilogue) tile.finish(args, &bounds);
  tile.write(args);
  activateWritten<kVectors, kRows>(args, places);
}

template <int kVectors, int kRows>
void broadcastTile(const ProductArgs& args) {
  const float* ahead = args.prefetch;
  computeTile<kVectors, kRows>(args, ScatteredRows<kRows>{args}, boundsOf(args), args.prefetch_lines, ahead);
}

template <int kVectors, int kRows>
void evenTiles(const ProductArgs& args, int64_t tiles) {
  const float* ahead = args.prefetch;
  const Clamp bounds = boundsOf(args);
  EvenRows<kRows> places(args);
  for (int64_t tile = 0; tile < tiles; ++tile, places.next())
    computeTile<kVectors, kRows>(args, places, bounds, ahead < args.prefetch_end ? args.prefetch_lines : 0,
                                 ahead);
}

template <int kRows>
void laneTile(const ProductArgs& args) {
  const ScatteredRows<kRows> places{args};
  Tile<1, kRows, ScatteredRows<kRows>> tile{places, {}};
  tile.start(args);
  addSegments(
      args, tile, [&](const ProductSegment* segments, int64_t count, int64_t) __attribute__((always_inline)) {
        for (int64_t s = 0; s < count; ++s) {
          const Vec weights = load(args.b + segments[s].b * kLanes);
          const float* a = args.a + segments[s].a;
#pragma GCC unroll 16
          for (int r = 0; r < kRows; ++r)
            tile.sums[r][0] = fma(load(a + args.row_offsets[r]), weights, tile.sums[r][0]);
        }
      });
  const Clamp bounds = boundsOf(args);
  if (args.epilogue) tile.finish(args, &bounds);
  tile.write(args);
  activateWritten<1, kRows>(args, places);
}

template <int kVectors, int kRows>
constexpr ProductTile tileOrNull() {
  if constexpr (kVectors <= kMaxVectors && kRows <= kMaxRows[kVectors - 1]) {
    return broadcastTile<kVectors, kRows>;
  } else {
    return nullptr;
  }
}

template <int kVectors, int kLess>
constexpr ProductTiles evenOrNull() {
  if constexpr (kVectors <= kMaxVectors) {
    return evenTiles<kVectors, kEvenRows[kVectors - 1] - kLess>;
  } else {
    return nullptr;
  }
}

#define CONVKIT_EVEN_TILES(vectors) \
  { evenOrNull<vectors, 0>(), evenOrNull<vectors, 1>() }

#define CONVKIT_TILE_ROW(vectors)                                                                           \
  {                                                                                                         \
    tileOrNull<vectors, 1>(), tileOrNull<vectors, 2>(), tileOrNull<vectors, 3>(), tileOrNull<vectors, 4>(), \
        tileOrNull<vectors, 5>(), tileOrNull<vectors, 6>(), tileOrNull<vectors, 7>(),                       \
        tileOrNull<vectors, 8>()                                                                            \
  }

#define CONVKIT_PRODUCT_TABLE                                                                               \
  {                                                                                                         \
    kLanes, kPartialTerms, {kMaxRows[0], kMaxRows[1], kMaxRows[2], kMaxRows[3]}, kMaxVectors, kMaxTileRows, \
        {CONVKIT_TILE_ROW(1), CONVKIT_TILE_ROW(2), CONVKIT_TILE_ROW(3), CONVKIT_TILE_ROW(4)},               \
        {laneTile<1>, laneTile<2>, laneTile<3>, laneTile<4>,                                                \
         laneTile<5>, laneTile<6>, laneTile<7>, laneTile<8>},                                               \
        {kEvenRows[0], kEvenRows[1], kEvenRows[2], kEvenRows[3]}, {                                         \
      CONVKIT_EVEN_TILES(1), CONVKIT_EVEN_TILES(2), CONVKIT_EVEN_TILES(3), CONVKIT_EVEN_TILES(4)            \
    }                                                                                                       \
  }

}  // namespace
}  // namespace convkit
