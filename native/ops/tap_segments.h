#pragma once

#include <cstdint>

#include "kernels/product/product.h"
#include "ops/taps.h"

namespace convkit {

// How many reads one phase's sums have, as the product kernels want them: `full` segments of `run` steps,
// then `tail` segments of `tail_run`. Weights lie in the order channel block, kernel element,
// channel, or for lane tiles term, kernel element; a phase picks its taps from them.
struct TapSegments {
  int64_t full = 0, run = 0;
  int64_t tail = 0, tail_run = 0;
  int64_t cut = 0;  // segments of a partial sum; 0: the sum is short

  int64_t count() const { return full + tail; }
  int64_t steps() const { return full * run + tail * tail_run; }
};

// Broadcast tiles: `channels` input channels of a group, in blocks of x's layout, and a kernel of
// `kernel` elements. Long sums are cut after some `partial_terms`.
struct BroadcastReads {
  const Layout& x;
  int32_t channels;
  int64_t kernel, partial_terms;

  TapSegments segmentsOf(const TapPhase& phase) const;
  // Writes as many as there are.
  void write(const TapPhase& phase, ProductSegment* segments) const;
};

// Lane tiles: `terms` blocks of x an output vector.
struct LaneReads {
  const Layout& x;
  int32_t terms;
  int64_t kernel;

  TapSegments segmentsOf(const TapPhase& phase) const;
  void write(const TapPhase& phase, ProductSegment* segments) const;
};

}  // namespace convkit
