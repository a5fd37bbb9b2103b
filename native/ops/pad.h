#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Pads each volume of [outer, depth, height, width] in one of the four modes. Plain x and y.
std::unique_ptr<Op> makePadOp(const PadGeometry& geometry, const Value& x, const Value& y);

}  // namespace convkit
