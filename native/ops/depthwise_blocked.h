#pragma once

#include <memory>

#include "ops/op.h"
#include "program/step.h"

namespace convkit {

// Convolutions of one input channel a lane, in blocks and out: x has a channel for each of y. Its planes need
// no zeros around them.
struct DepthwiseSpec {
  Isa isa;
  Window window;
  Activation activation;
  Value x, residual, y;        // of the ISA's blocks; residual may be absent
  Value weights, bias, slope;  // [vector][kernel element][lanes], whole vectors; the last two may be absent
};

// 3×3 and 5×5 on planes, with stride 1 or 2 both ways and no dilation.
bool depthwiseFits(const Window& window);

std::unique_ptr<Op> makeDepthwiseOp(const DepthwiseSpec& spec);

}  // namespace convkit
