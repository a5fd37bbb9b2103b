#pragma once

#include <cstdint>
#include <vector>

#include "ops/taps.h"

namespace convkit {

// The reads of one phase's sums, as the product kernels want them: `full` segments of `run`
// consecutive floats, then `tail` segments of `tail_run`, each at its offset from the pixel.
struct TapSegments {
  std::vector<int64_t> offsets;
  int64_t full = 0, run = 0;
  int64_t tail = 0, tail_run = 0;

  // Steps of a sum, which is also how many weights each output channel has.
  int64_t steps() const { return full * run + tail * tail_run; }
};

// Broadcast tiles: `channels` input channels of a group, in blocks of x's layout. Order: channel
// block, tap, channel.
TapSegments broadcastSegments(const TapPhase& phase, const Layout& x, int32_t channels);

// Lane tiles: `terms` blocks of x an output vector. Order: term, tap.
TapSegments laneSegments(const TapPhase& phase, const Layout& x, int32_t terms);

}  // namespace convkit
