#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Reads x [batch, channels, ih, iw] at the points of grid [batch, oh, ow, (x, y)]. Each pixel that an
// interpolation takes part of is padded by itself. Nearest rounds halves to even, the cubic kernel has A =
// −0.75, and a NaN in the grid counts as −1. Plain values.
std::unique_ptr<Op> makeGridSampleOp(const GridSampleGeometry& geometry, const Value& x, const Value& grid,
                                     const Value& y, Isa isa);

}  // namespace convkit
