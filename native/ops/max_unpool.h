#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Puts each value of x where its index, flat within the output volume, says; everything else is 0. Of two
// values with one index the later in row-major order stays. Plain x, int32 indices and y. The run throws
// RunError where an index lies outside its volume.
std::unique_ptr<Op> makeMaxUnpoolOp(const ResizeGeometry& geometry, const Value& x, const Value& indices,
                                    const Value& y);

}  // namespace convkit
