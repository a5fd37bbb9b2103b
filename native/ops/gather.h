#pragma once

#include <memory>

#include "core/memory.h"
#include "ops/op.h"

namespace convkit {

// y [outer, count, inner] = x [outer, length, inner] at the indices along `length`; a negative index counts
// from the end. Plain values. `indices` are float32, turned into int32 `places` (a temporary of as many
// values) by each run, which throws RunError for one that is out of range.
std::unique_ptr<Op> makeGatherOp(const GatherGeometry& geometry, const Value& x, const Value& indices,
                                 const Value& places, const Value& y);

// The same with indices that are known, and have been found to be good: `count` places.
std::unique_ptr<Op> makeGatherOp(const GatherGeometry& geometry, const Value& x, AlignedBuffer places,
                                 const Value& y);

}  // namespace convkit
