#pragma once

#include <memory>

#include "ops/op.h"
#include "program/kinds.h"

namespace convkit {

// The mean of each window, ⌊(sum + ⌊area / 2⌋) / area⌋, of whole numbers; what it costs does not depend on
// the window's size.
std::unique_ptr<Op> makeImageBoxOp(const ImageWindowGeometry& geometry, SlotType type, const Value& x,
                                   const Value& y, double border_value, Isa isa);

// y[i, j, c] = the sum of x above row i and left of column j, modulo 2^32, in [height + 1, width + 1,
// channels].
std::unique_ptr<Op> makeImageIntegralOp(const ImageIntegralGeometry& geometry, SlotType type, const Value& x,
                                        const Value& y, Isa isa);

}  // namespace convkit
