#pragma once

// Kernel family `product`: one register tile of a convolution or a matrix product.
//
// Two shapes of tile share one argument record. `a` is read at a row offset, plus a segment's offset,
// plus k; `b` holds one step after another, a step being as many vectors as the tile is wide, and
// each segment says at which step it begins.
//
//   broadcast tile   y[row][v] = Σ_segment Σ_k a[row + segment.a + k] · b[segment.b + k][v]
//                    rows × vectors sums; every value of `a` meets a whole vector of `b`.
//   lane tile        y[row]    = Σ_segment a[row + segment.a … + lanes] ∘ b[segment.b]
//                    rows sums of one vector; lanes never mix (depthwise).
//
// Direct convolution: rows are output pixels, a segment is a kernel tap of a channel block, b the
// packed weights, vectors output channels. Linear: rows are rows, one segment. Product on NCHW:
// rows are output channels (a: the weights as they are), b a packed panel of pixels.
//
//   even tiles       broadcast tiles one after another, whose rows are all the same distance apart: `steps`
//                    instead of offsets. As tall as the vectors allow, because addresses take few registers.
//
// Every sum runs over the segments in order, whatever the tile, so a result does not depend on how
// the output was cut into tiles. A short one is a single chain of additions. A long one is cut into partial
// sums of `cut` segments, which are added to their total one after another: a chain of n additions of like
// values errs by up to n/3 · 2⁻²⁴ of its result. Where the partial sums are many themselves, what the total's
// roundings lose is kept in `lost` and added at the end (docs/decisions/0017-long-sums.md).
//
// Reads: a at exactly the offsets given; b exactly; bias and slope `vectors` whole vectors (per
// vector) or `rows` values (per row). Writes exactly rows × vectors, the last vector `last_lanes`
// wide. No alignment is needed, except to stream. y may equal residual and must overlap nothing else.

#include <cstdint>

#include "core/cpu.h"
#include "kernels/epilogue.h"

namespace convkit {

struct ProductSegment {
  int64_t a;  // floats
  int64_t b;  // steps
};

struct ProductArgs {
  const float* a;
  const int64_t* row_offsets;
  const float* b;
  const ProductSegment* segments;
  int64_t full_segments;  // the first ones, of `run` steps each
  int64_t run;
  int64_t tail_segments;  // those after, of `tail_run` steps each
  int64_t tail_run;

  // Even tiles: floats from one row to the next.
  int64_t a_step, y_step, residual_step;

  // The next tiles' b, fetched to the second-level cache while this one computes: so many cache lines
  // for every four steps. Null or 0: none. Even tiles go on from one to the next, until the end.
  const float* prefetch;
  const float* prefetch_end;
  int32_t prefetch_lines;

  float* y;
  const int64_t* y_offsets;  // one a row
  int64_t y_vector_stride;
  const float* residual;  // may be null
  const int64_t* residual_offsets;
  int64_t residual_vector_stride;
  int32_t last_lanes;
  int64_t cut;         // segments of a partial sum; 0: all is one chain
  bool accumulate;     // y has what the segments before gave: the chain so far, or the total
  const float* chain;  // may be null: what the first sums continue, whole vectors of tiles likewise
  float* lost;         // may be null, and is without `cut`: whole vectors of a tile, one tile after another
  bool stream;         // y's whole vectors are multiples of 64 bytes from 0, and go past the caches
  const Epilogue* epilogue;  // null: store the sums as they are, more will follow
};

// Terms of a sum that is one chain, at most; and of one whose partial sums need no more than to be added.
constexpr int64_t kLongestChain = 256, kLongestPlainTotal = 16384;

using ProductTile = void (*)(const ProductArgs& args);
using ProductTiles = void (*)(const ProductArgs& args, int64_t tiles);

constexpr int kMaxTileVectors = 4;
constexpr int kMaxTileRows = 8;

struct ProductKernels {
  int lanes;
  // Terms of a long sum's partial sums, about: so many steps of the widest b stay in a first-level cache of
  // 32 KiB, because cuts must not depend on the machine's caches.
  int64_t partial_terms;
  // Rows of the largest broadcast tile with 1, 2, 3, 4 vectors.
  int max_rows[kMaxTileVectors];
  int max_vectors;
  int max_lane_rows;
  // [vectors − 1][rows − 1]; null beyond max_rows.
  ProductTile broadcast[kMaxTileVectors][kMaxTileRows];
  // [rows − 1]
  ProductTile lane[kMaxTileRows];
  // [vectors − 1]: rows of the tallest even tiles. [vectors − 1][0] has tiles of so many rows, [1] of one
  // less: together they make up every longer line of rows. Null beyond max_vectors.
  int even_rows[kMaxTileVectors];
  ProductTiles even[kMaxTileVectors][2];
};

const ProductKernels& productKernels(Isa isa);

}  // namespace convkit
