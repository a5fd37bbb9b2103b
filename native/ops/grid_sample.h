#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Reads x [batch, channels, ih, iw] at the points of grid [batch, oh, ow, (x, y)]. Nearest rounds halves to
// even, the cubic kernel has A = −0.75. A point that is NaN reads nothing and gives 0, and so does one that
// reflection cannot bring back from infinity. Plain values.
std::unique_ptr<Op> makeGridSampleOp(const GridSampleGeometry& geometry, const Value& x, const Value& grid,
                                     const Value& y, Isa isa);

}  // namespace convkit
