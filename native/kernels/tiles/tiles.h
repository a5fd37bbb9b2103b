#pragma once

// Kernel family `tiles`: products of float32 on matrix units that multiply bfloat16 and add float32 (AMX).
//
//   y[row][v] = activation(Σ_read Σ_lane x[row + read][lane] · w[read][lane][v] + bias + residual)
//
// where x may be the product, rounded to float32, of what is read and a factor for each channel.
//
// A float32 has 24 significant bits and a bfloat16 has 8, so that every value is the exact sum of three
// parts: the value cut off to bfloat16, what that leaves cut off, and the rest. Six of the nine products of
// two such sums are computed. The others are below 2⁻²¹ of |x·w| together, and are none at all wherever x·w
// is a whole number below 2²⁴: sums of whole numbers stay exact, as with float32.
//
// The units flush denormals, and an infinity has no parts. Hence, each row and each output for itself, so
// that neighbours leave no trace:
//   outputs  their weights are multiplied by a power of two that brings the largest to [1, 2), and the sum by
//            its inverse; one with an infinity or a NaN among its weights makes its vector `unusual`
//   rows     one with a NaN, or whose largest magnitude is outside [2⁻⁹⁵, 2¹⁰⁰) and not 0, is unusual
// Unusual sums are made with vectors, from the values themselves.
//
// The sums of a step's 32 products are added to a chain, which is cut into partial sums, as those of the
// family `product` are; and as there, what the totals of very long sums lose to rounding is added at the end.
//
// Work goes by bands of rows, whose values are brought to parts once; weights are packed in parts. A product
// of two tiles takes the same time for 16 rows as for one, so that bands had better be multiples of 16. Every
// row's sums are made in the same order, whatever stands beside it.
//
// Reads: x 16 floats at each full read of each row, `tail_lanes` at each tail read; weights as packed; bias
// and slope whole vectors. Writes exactly rows × vectors, the last of all vectors `last_lanes` wide. y may
// equal residual and must overlap nothing else.
//
// Functions here have internal linkage, because files for different instruction sets include them.

#include <cstdint>

#include "core/cpu.h"
#include "kernels/epilogue.h"

namespace convkit {

constexpr int kTileLanes = 16;  // outputs of a vector, values of a read
constexpr int kTileRows = 16;
constexpr int kTileBand = 16;  // tiles of a band, at most
constexpr int kTileParts = 3;  // of a float32

// Two reads are the values of one step; an odd last one is a step with nothing beside it.
constexpr int kTileValues = 2 * kTileLanes;
static inline int64_t tileSteps(int64_t reads) { return (reads + 1) / 2; }

// One step of 16 rows, [part][row][value], or of a vector's weights, [part][pair of values][output and value
// of the pair].
struct TileStep {
  uint16_t at[kTileParts][kTileRows][kTileValues];
};

// Packed weights: a header for each vector, then [pair of vectors][step][vector] of TileStep.
struct TileWeightsHeader {
  float scale[kTileLanes];  // what the sums are multiplied by
  int32_t unusual;
  int32_t unused[kTileLanes - 1];
};

// Floats that they take.
static inline int64_t tileWeightsSize(int64_t vectors, int64_t steps) {
  const int64_t bytes = sizeof(TileWeightsHeader) + steps * sizeof(TileStep);
  return vectors * bytes / static_cast<int64_t>(sizeof(float));
}

// Where a vector's steps are, and how far it is from one to the next.
struct TileWeights {
  const TileWeightsHeader* header;
  const TileStep* steps;
  int64_t stride;
};
static inline TileWeights tileWeightsOf(const float* packed, int64_t vector, int64_t vectors, int64_t steps) {
  const TileWeightsHeader* headers = reinterpret_cast<const TileWeightsHeader*>(packed);
  const int64_t pair = vector / 2 * 2, width = pair + 1 < vectors ? 2 : 1;
  const TileStep* all = reinterpret_cast<const TileStep*>(headers + vectors);
  return {headers + vector, all + pair * steps + (vector - pair), width};
}

struct TileProduct {
  int rows;  // of one band
  const float* x;
  const int64_t* x_offsets;  // one a row, floats
  const int64_t* reads;      // floats from a row's place
  int64_t full_reads;        // the first ones, of 16 values
  int64_t tail_reads;        // those after, of `tail_lanes`
  int32_t tail_lanes;
  const float* scale;             // may be null: 16 factors for each read, by which x is multiplied first
  const float* weights;           // packed, of all vectors
  int32_t all_vectors;            // that there are
  int32_t first_vector, vectors;  // to compute: the first is even, and so are they unless they are the last
  float* y;                       // of the first of all vectors, as bias, slope and residual
  const int64_t* y_offsets;       // one a row
  int64_t y_vector_stride;
  const float* residual;  // may be null
  const int64_t* residual_offsets;
  int64_t residual_vector_stride;
  int32_t last_lanes;
  Epilogue epilogue;  // per vector
  void* scratch;      // tileScratchBytes(), aligned to 64 bytes
};

struct TileKernels {
  void (*multiply)(const TileProduct& product);
  // One step of a vector's weights, [output][value] and scaled, to parts.
  void (*pack)(const float* weights, TileStep* packed);
};

// What a product of so many rows and reads needs.
static inline int64_t tileScratchBytes(int64_t rows, int64_t reads) {
  return (rows + kTileRows - 1) / kTileRows * tileSteps(reads) * static_cast<int64_t>(sizeof(TileStep));
}

// Null where there are no such units.
const TileKernels* tileKernels(Isa isa);

}  // namespace convkit
