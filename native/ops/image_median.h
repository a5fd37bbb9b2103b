#pragma once

#include <memory>

#include "ops/op.h"
#include "program/kinds.h"

namespace convkit {

// The median of each window, of 3 × 3 or 5 × 5.
std::unique_ptr<Op> makeImageMedianOp(const ImageWindowGeometry& geometry, SlotType type, const Value& x,
                                      const Value& y, double border_value, Isa isa);

}  // namespace convkit
