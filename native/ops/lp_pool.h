#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// y = (Σ x^p · kernel size / taps inside the input)^(1/p), computed in double. Plain x and y.
std::unique_ptr<Op> makeLpPoolOp(const PoolGeometry& geometry, float p, const Value& x, const Value& y);

}  // namespace convkit
