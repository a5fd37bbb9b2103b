#pragma once

#include <cstdint>

#include "program/kinds.h"

namespace convkit {

// Pixels that an interpolation reads along one axis.
int tapsPerAxis(GridMode mode);
constexpr int kMostGridTaps = 4;

struct GridTaps {
  int32_t pixels[kMostGridTaps];  // -1: none, which is a 0
  float weights[kMostGridTaps];
};

// The taps along an axis of `size` pixels for one number of the grid, whatever it is.
GridTaps gridTaps(float place, int32_t size, const GridSampleGeometry& geometry);

}  // namespace convkit
