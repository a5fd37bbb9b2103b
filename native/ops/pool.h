#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Sliding-window pooling. Blocked values have the ISA's lanes as their block, each its own halo, which is
// neither read nor written: padding is never stored.

// Blocked x and y.
std::unique_ptr<Op> makeMaxPoolOp(const PoolGeometry& geometry, const Value& x, const Value& y, Isa isa);

// Blocked x and y.
std::unique_ptr<Op> makeAvgPoolOp(const PoolGeometry& geometry, const Value& x, const Value& y, Isa isa);

// Plain x, y and int32 indices, flat within each input volume: the first of equal maxima, the last NaN.
std::unique_ptr<Op> makeMaxPoolIndicesOp(const PoolGeometry& geometry, const Value& x, const Value& y,
                                         const Value& indices);

}  // namespace convkit
