#pragma once

#include <memory>
#include <vector>

#include "ops/op.h"

namespace convkit {

// Copies x into y's layout; both have the same dims, and the same block unless one of them is plain.
// Neither y's halo nor the missing channels of its last block are touched.
std::unique_ptr<Op> makeReorderOp(Value x, Value y, Isa isa);

// The same to planes, past the caches where they are aligned (see ops/streaming.h).
std::unique_ptr<Op> makeStreamedReorderOp(Value x, Value y, Isa isa);

// Channel i of y is channel sources[i] of x, or zero where that is negative: input for lane tiles,
// where each output channel's own inputs must stand in its lane.
std::unique_ptr<Op> makeExpandOp(Value x, Value y, std::vector<int32_t> sources);

// Writes zeros into y's halo.
std::unique_ptr<Op> makeZeroHaloOp(Value y);

}  // namespace convkit
