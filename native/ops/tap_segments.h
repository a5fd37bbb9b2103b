#pragma once

#include <cstdint>
#include <vector>

#include "kernels/product/product.h"
#include "ops/taps.h"

namespace convkit {

// The reads of one phase's sums, as the product kernels want them: `full` segments of `run` steps,
// then `tail` segments of `tail_run`. Weights lie in the order channel block, kernel element,
// channel, or for lane tiles term, kernel element; a phase picks its taps from them.
struct TapSegments {
  std::vector<ProductSegment> segments;
  int64_t full = 0, run = 0;
  int64_t tail = 0, tail_run = 0;
  int64_t cut = 0;  // segments of a partial sum; 0: the sum is short

  int64_t steps() const { return full * run + tail * tail_run; }
};

struct ChannelTaps {
  int32_t channels;
  int64_t kernel;
};

// Broadcast tiles: `channels` input channels of a group, in blocks of x's layout, and a kernel of
// `kernel` elements. Long sums are cut after some `partial_terms`.
TapSegments broadcastSegments(const TapPhase& phase, const Layout& x, const ChannelTaps& reads,
                              int64_t partial_terms);

// Lane tiles: `terms` blocks of x an output vector.
TapSegments laneSegments(const TapPhase& phase, const Layout& x, int32_t terms, int64_t kernel);

}  // namespace convkit
