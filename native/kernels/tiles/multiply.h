#pragma once

// The sums of a band: two tiles of rows by two vectors of outputs at a time.

#include "kernels/tiles/writer.h"

namespace convkit {
namespace {

// As the processor reads it.
struct alignas(64) TileConfig {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
};

// The compiler does not know what the instructions of tiles read: memory has to be as it is in the source.
CONVKIT_INLINE void settleMemory() { asm volatile("" : : : "memory"); }

// Tiles 0 to 3 are sums: two tiles of rows by two vectors. 4 and 5 are values of those rows, 6 and 7 weights
// of the vectors. All are whole: rows that are not there are computed from whatever is in their place, and
// not written.
CONVKIT_INLINE void configure() {
  TileConfig config{};
  config.palette = 1;
  for (int tile = 0; tile < 8; ++tile) {
    config.row_bytes[tile] = kTileValues * sizeof(uint16_t);
    config.rows[tile] = kTileRows;
  }
  asm volatile("" : : "r"(&config) : "memory");
  _tile_loadconfig(&config);
}

// Sums of one or two tiles of rows by one or two vectors.
template <bool kTwoTiles, bool kTwoVectors>
struct TileSums {
  static CONVKIT_INLINE_MEMBER void zero() {
    _tile_zero(0);
    if constexpr (kTwoVectors) _tile_zero(1);
    if constexpr (kTwoTiles) _tile_zero(2);
    if constexpr (kTwoTiles && kTwoVectors) _tile_zero(3);
  }

#define CONVKIT_LOAD_VALUES(part)       \
  _tile_loadd(4, values->at[part], 64); \
  if constexpr (kTwoTiles) _tile_loadd(5, more_values->at[part], 64)
#define CONVKIT_LOAD_WEIGHTS(part)         \
  _tile_loadd(6, weights[0].at[part], 64); \
  if constexpr (kTwoVectors) _tile_loadd(7, weights[1].at[part], 64)
#define CONVKIT_PRODUCTS(group)                                    \
  _tile_dpbf16ps(0, 4, 6);                                         \
  if constexpr (kTwoVectors) _tile_dpbf16ps(1, 4, 7);              \
  if constexpr (kTwoTiles) _tile_dpbf16ps(2, 5, 6);                \
  if constexpr (kTwoTiles && kTwoVectors) _tile_dpbf16ps(3, 5, 7); \
  meanwhile(group)

  // One step. The smallest products come first. Each tile is loaded when it is first needed, so that loads
  // and products overlap, and after each group of products there is time for something else.
  template <class Meanwhile>
  static CONVKIT_INLINE_MEMBER void add(const TileStep* values, const TileStep* more_values,
                                        const TileStep* weights, const Meanwhile& meanwhile) {
    (void)more_values;
    CONVKIT_LOAD_VALUES(2);
    CONVKIT_LOAD_WEIGHTS(0);
    CONVKIT_PRODUCTS(0);
    CONVKIT_LOAD_VALUES(1);
    CONVKIT_PRODUCTS(1);
    CONVKIT_LOAD_WEIGHTS(1);
    CONVKIT_PRODUCTS(2);
    CONVKIT_LOAD_VALUES(0);
    CONVKIT_PRODUCTS(3);
    CONVKIT_LOAD_WEIGHTS(0);
    CONVKIT_PRODUCTS(4);
    CONVKIT_LOAD_WEIGHTS(2);
    CONVKIT_PRODUCTS(5);
  }
  static constexpr int kGroups = 6;

#undef CONVKIT_LOAD_VALUES
#undef CONVKIT_LOAD_WEIGHTS
#undef CONVKIT_PRODUCTS

  static CONVKIT_INLINE_MEMBER void store(Sums& sums) {
    _tile_stored(0, sums.at[0][0], 64);
    if constexpr (kTwoVectors) _tile_stored(1, sums.at[1][0], 64);
    if constexpr (kTwoTiles) _tile_stored(2, sums.at[0][kTileRows], 64);
    if constexpr (kTwoTiles && kTwoVectors) _tile_stored(3, sums.at[1][kTileRows], 64);
  }
};

// Each step adds six sums of 32 small products to a sum: 288 additions, to which twice as many products of
// vectors' chains compare. A partial sum's way through memory takes 1 % of the time that its products take.
constexpr int64_t kStepsOfPartialSum = 48;
constexpr int kSumFloats = sizeof(Sums) / sizeof(float);

class BandProduct {
 public:
  explicit BandProduct(const TileProduct& product)
      : product_(product), band_(product), writer_(band_, product) {
    settleMemory();
  }

  // All rows for two vectors, whose weights stay near, then for the next two.
  void run() {
    const int32_t end = product_.first_vector + product_.vectors;
    for (int32_t vector = product_.first_vector; vector < end; vector += kPair)
      vector + 1 < product_.all_vectors ? addVectors<true>(vector) : addVectors<false>(vector);
    writer_.finish();
  }

 private:
  template <bool kTwoVectors>
  void addVectors(int32_t vector) {
    for (int tile = 0; tile < band_.tiles(); tile += kPair)
      tile + 1 < band_.tiles() ? addTiles<true, kTwoVectors>(vector, tile)
                               : addTiles<false, kTwoVectors>(vector, tile);
  }

  template <bool kTwoTiles, bool kTwoVectors>
  void addTiles(int32_t vector, int tile) {
    using Tiles = TileSums<kTwoTiles, kTwoVectors>;
    constexpr int kVectors = kTwoVectors ? 2 : 1;
    const int64_t steps = band_.steps(), groups = steps * Tiles::kGroups;
    const int rows_each = static_cast<int>((writer_.left() + groups - 1) / groups);
    const TileStep* values = band_.partsOf(tile);
    const TileStep* weights = tileWeightsOf(product_.weights, vector, product_.all_vectors, steps).steps;
    Totals<kSumFloats> totals(steps * kTileValues > kLongestPlainTotal);
    Tiles::zero();
    int64_t left = kStepsOfPartialSum;
    for (int64_t step = 0; step < steps; ++step, ++values, weights += kVectors) {
      if (left-- == 0) {
        Tiles::store(partial_);
        totals.add(partial_.at[0][0]);
        Tiles::zero();
        left = kStepsOfPartialSum - 1;
      }
      Tiles::add(
          values, values + steps, weights, [&](int group) __attribute__((always_inline)) {
            // The next step's weights, for the first tiles: the others find them near.
            if (tile == 0) fetch<kVectors, Tiles::kGroups>(weights + kVectors, group);
            writer_.write(rows_each);
          });
    }
    writer_.finish();
    if (totals.begun()) {
      Tiles::store(partial_);
      totals.add(partial_.at[0][0]);
      __builtin_memcpy(&writer_.sums(), totals.finish(), sizeof(Sums));
    } else {
      Tiles::store(writer_.sums());
    }
    writer_.begin(vector, kVectors, tile, kTwoTiles ? 2 : 1);
  }

  // One of `kGroups` equal shares of a step's weights.
  template <int kVectors, int kGroups>
  static CONVKIT_INLINE_MEMBER void fetch(const TileStep* weights, int group) {
    constexpr int kLine = 64, kLines = kVectors * sizeof(TileStep) / kLine / kGroups;
    const char* from = reinterpret_cast<const char*>(weights) + group * kLines * kLine;
#pragma GCC unroll 16
    for (int line = 0; line < kLines; ++line) __builtin_prefetch(from + line * kLine);
  }

  const TileProduct& product_;
  const Band band_;
  Writer writer_;
  Sums partial_{};
};

void multiplyBand(const TileProduct& product) {
  configure();
  BandProduct(product).run();
  _tile_release();
}

}  // namespace
}  // namespace convkit
