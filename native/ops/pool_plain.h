#pragma once

#include <memory>

#include "ops/op.h"
#include "ops/pool_blocked.h"

namespace convkit {

// Pooling of plain x to plain y, with neighbouring columns in the lanes: no reorder on either side.

// Whether that is faster than in blocks with the reorders that they take.
bool plainPoolPays(PoolReduction reduction, const PoolGeometry& geometry);
bool plainPoolPays(PoolReduction reduction, const ResizeGeometry& geometry);

std::unique_ptr<Op> makePlainPoolOp(PoolReduction reduction, const PoolGeometry& geometry, const Value& x,
                                    const Value& y, Isa isa);
std::unique_ptr<Op> makePlainPoolOp(PoolReduction reduction, const ResizeGeometry& geometry, const Value& x,
                                    const Value& y, Isa isa);

}  // namespace convkit
