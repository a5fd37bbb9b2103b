#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Pooling to a given output size; global pooling is output 1. Blocked values have the ISA's lanes as their
// block, each its own halo, which is neither read nor written.

// Blocked x and y.
std::unique_ptr<Op> makeAdaptiveAvgPoolOp(const ResizeGeometry& geometry, const Value& x, const Value& y,
                                          Isa isa);

// Blocked x and y.
std::unique_ptr<Op> makeAdaptiveMaxPoolOp(const ResizeGeometry& geometry, const Value& x, const Value& y,
                                          Isa isa);

// Plain x, y and int32 indices, flat within each input volume: the first of equal maxima, the last NaN.
std::unique_ptr<Op> makeAdaptiveMaxPoolIndicesOp(const ResizeGeometry& geometry, const Value& x,
                                                 const Value& y, const Value& indices);

}  // namespace convkit
