#pragma once

// Kernel family `lanes`: a block of channels put together from the lanes of several others.
//
//   y[p · lanes + l] = from[places[l] / lanes][p · lanes + places[l] % lanes], for p < pixels
//
// `sources` blocks, at most kMostSources; every place is below sources · lanes. Reads and writes whole
// vectors of `pixels` pixels; no alignment is needed, nothing overlaps.

#include <cstdint>

#include "core/cpu.h"

namespace convkit {

// As many as the widest vector has lanes.
constexpr int kMostSources = 16;

struct LaneArgs {
  const float* from[kMostSources];
  int sources;
  const int32_t* places;
  float* y;
  int64_t pixels;
};

struct LaneKernels {
  void (*gather)(const LaneArgs& args);
};

const LaneKernels& laneKernels(Isa isa);

}  // namespace convkit
