#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Pads each volume of [outer, depth, height, width] in one of the four modes; mode kZeros puts `value`
// around it. Plain x and y.
std::unique_ptr<Op> makePadOp(const PadGeometry& geometry, float value, const Value& x, const Value& y);

}  // namespace convkit
