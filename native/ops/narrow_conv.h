#pragma once

#include <memory>

#include "ops/op.h"
#include "ops/packing.h"

namespace convkit {

// Convolution with few channels a group on plain NCHW, pixels in lanes: depthwise, small groups, few input or
// output channels. Nothing is reordered and nothing padded.
//
// x, residual and y are plain; weights packed by narrowWeightPacking; bias and slope may be absent.
struct NarrowConvOperands {
  Value x, weights, bias, residual, slope, y;
};

// Planes, and strides along the width that vectors can be loaded with.
bool narrowFits(const ConvGeometry& geometry);

// Whether rows of output share what they read: the square kernels that have tiles of several rows.
bool narrowSharesRows(const ConvGeometry& geometry);

// Per group and tile of output channels what kernels/narrow reads.
Packing narrowWeightPacking(const ConvGeometry& geometry);

std::unique_ptr<Op> makeNarrowConvOp(const ConvGeometry& geometry, const Activation& activation,
                                     const NarrowConvOperands& operands, Isa isa);

}  // namespace convkit
