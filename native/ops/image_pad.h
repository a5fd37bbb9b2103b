#pragma once

#include <memory>

#include "ops/op.h"
#include "program/kinds.h"

namespace convkit {

// Pixels of `type` with more around them; `value` is one a channel.
std::unique_ptr<Op> makeImagePadOp(const ImagePadGeometry& geometry, SlotType type, const Value& x,
                                   const Value& value, const Value& y);

}  // namespace convkit
