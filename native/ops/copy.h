#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Copies `bytes`, which need not be whole words.
std::unique_ptr<Op> makeCopyOp(int64_t bytes, const Value& x, const Value& y);

}  // namespace convkit
