#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// y[i] = x[offset + Σ iₖ · strideₖ], plain values.
std::unique_ptr<Op> makeStridedOp(const StridedGeometry& geometry, const Value& x, const Value& y, Isa isa);

}  // namespace convkit
