#pragma once

#include <memory>

#include "kernels/product/product.h"
#include "ops/op.h"

namespace convkit {

// Convolution as a matrix product on plain NCHW: panels of a few dozen output pixels are gathered
// from the image and multiplied with the weights as the user gave them. Nothing is packed and
// nothing reordered, channels need not fill vectors, and any groups will do.
//
// weight, bias, slope are plain; bias, residual and slope may be absent.
struct GemmConvOperands {
  Value x, weight, bias, residual, slope, y;
};
std::unique_ptr<Op> makeGemmConvOp(const ConvGeometry& geometry, const Activation& activation,
                                   const GemmConvOperands& operands, Isa isa);

}  // namespace convkit
