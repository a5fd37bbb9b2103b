#pragma once

// The activations that are no clamp, for kernels whose tiles fill the registers: a pass over a tile just
// written, which is in the first-level cache. Like vec.h: included only by the thin per-ISA files.

#include "kernels/epilogue.h"
#include "simd/activation.h"

namespace convkit {
namespace {

// A tile as it was written.
struct WrittenTile {
  float* const* rows;
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

}  // namespace
}  // namespace convkit
