#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// The column matrix [batch, channels · kd · kh · kw, od · oh · ow] of an image, and its adjoint. Plain
// values.

// x is the image, y the columns; taps in the padding become 0.
std::unique_ptr<Op> makeIm2colOp(const PoolGeometry& geometry, const Value& x, const Value& y);

// x are the columns, y the image: each pixel is the sum of its places in the columns, taps in order.
std::unique_ptr<Op> makeCol2imOp(const PoolGeometry& geometry, const Value& x, const Value& y);

}  // namespace convkit
