#pragma once

#include <memory>

#include "ops/op.h"
#include "program/kinds.h"

namespace convkit {

// Pixels of `type` to float32 planes, or to float32 pixels. `affine` is a scale a channel, then an offset a
// channel.
std::unique_ptr<Op> makeImageToTensorOp(const ImageToTensorGeometry& geometry, SlotType type, const Value& x,
                                        const Value& affine, const Value& y, Isa isa);

// And back.
std::unique_ptr<Op> makeTensorToImageOp(const TensorToImageGeometry& geometry, SlotType type, const Value& x,
                                        const Value& affine, const Value& y, Isa isa);

}  // namespace convkit
