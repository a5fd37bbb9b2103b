#pragma once

#include <memory>

#include "ops/op.h"
#include "program/kinds.h"

namespace convkit {

// The smallest or largest value of each window. `mask`, where present, is [kernel_height, kernel_width], and
// only what is not 0 there counts.
std::unique_ptr<Op> makeImageExtremeOp(const ImageWindowGeometry& geometry, SlotType type, bool largest,
                                       const Value& x, const Value& mask, const Value& y, double border_value,
                                       Isa isa);

}  // namespace convkit
