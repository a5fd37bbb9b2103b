#pragma once

// The activations of the `product` family that are no clamp: a pass over a tile just written, which is in the
// first-level cache.

#include "kernels/product/rows.h"
#include "simd/activation.h"

namespace convkit {
namespace {

// A tile as it was written.
struct WrittenTile {
  float* rows[kMaxEvenRows];
  int row_count, vectors;
  int64_t vector_stride;
  int32_t last_lanes;
};

template <ActivationKind kKind>
void activateVectors(const Epilogue& epilogue, const WrittenTile& tile) {
  for (int r = 0; r < tile.row_count; ++r) {
    for (int v = 0; v < tile.vectors; ++v) {
      float* y = tile.rows[r] + v * tile.vector_stride;
      Vec slope{};
      if (kKind == ActivationKind::kPrelu)
        slope = epilogue.per_row ? broadcast(epilogue.slope[r]) : load(epilogue.slope + v * kLanes);
      if (v + 1 < tile.vectors || tile.last_lanes == kLanes) {
        store(y, activate(kKind, load(y), epilogue.alpha, epilogue.beta, slope));
      } else {
        const Vec value = loadPartial(y, tile.last_lanes);
        storePartial(y, activate(kKind, value, epilogue.alpha, epilogue.beta, slope), tile.last_lanes);
      }
    }
  }
}

// One copy of the long polynomials, with a loop for each.
__attribute__((noinline, unused)) static void activateTile(const Epilogue& epilogue,
                                                           const WrittenTile& tile) {
  switch (epilogue.kind) {
#define CONVKIT_ACTIVATION(kind) \
  case ActivationKind::kind:     \
    return activateVectors<ActivationKind::kind>(epilogue, tile);
    CONVKIT_LONG_ACTIVATIONS(CONVKIT_ACTIVATION)
#undef CONVKIT_ACTIVATION
    default:
      return;
  }
}

template <int kVectors, int kRows, class Rows>
CONVKIT_INLINE void activateWritten(const ProductArgs& args, const Rows& places) {
  if (!args.epilogue || isClamp(args.epilogue->kind)) return;
  WrittenTile tile{{}, kRows, kVectors, args.y_vector_stride, args.last_lanes};
  for (int r = 0; r < kRows; ++r) tile.rows[r] = places.y(r);
  activateTile(*args.epilogue, tile);
}

}  // namespace
}  // namespace convkit
