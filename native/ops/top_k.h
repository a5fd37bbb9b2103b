#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// The k largest or smallest values of each line along `length` of [outer, length, inner], in order, and their
// places as float32. Of equal values the first comes first; NaN counts as largest. Plain values.
std::unique_ptr<Op> makeTopKOp(const TopKGeometry& geometry, const Value& x, const Value& y,
                               const Value& places);

}  // namespace convkit
