#pragma once

#include <memory>

#include "ops/op.h"
#include "ops/tap_conv.h"

namespace convkit {

// Direct convolution of planes from planes to planes, a band of output rows of one group of one image at a
// time: the input rows of the band are brought into channel blocks, multiplied, and the results brought
// back while all of it is in the second-level cache of one thread.
//
// Sums are those of makeTapConvOp to the last bit, wherever bands are cut.

// Into how many bands of nearly equal height each plane had better be cut. Less than 2 where whole tensors
// had better be reordered: where there is too little work, or weights that every band would have to fetch
// anew.
int32_t bandCount(const ConvGeometry& geometry, Isa isa);

// `whole` is the convolution as makeTapConvOp would compute it, but that its x, residual and y are plain.
// `x_block` is the block that its weights are packed for.
std::unique_ptr<Op> makeBandedConvOp(const TapConvSpec& whole, const Window& window, int32_t x_block,
                                     int32_t bands);

}  // namespace convkit
