#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// Element-wise work with a parameter a channel. x, residual and y are all plain, or all blocked with
// the ISA's lanes, each with its own halo; y may be x or residual where their layouts are the same.
// Parameters are plain and read when run. Only real pixels are written, never a halo.
//
// Blocked values have geometry [batch, channels, pixels]; plain ones any [outer, channels, inner].

// y = activation(x + residual). `residual` may be absent; `slope` is prelu's, with one value or one a
// channel.
std::unique_ptr<Op> makeActivationOp(const ChannelGeometry& geometry, const Activation& activation,
                                     const Value& x, const Value& residual, const Value& slope,
                                     const Value& y, Isa isa);

// y = activation((x − mean) / sqrt(variance + eps) · weight + bias), any activation but prelu. `weight` and
// `bias` may be absent.
std::unique_ptr<Op> makeBatchNormOp(const ChannelGeometry& geometry, float eps, const Activation& activation,
                                    const Value& x, const Value& mean, const Value& variance,
                                    const Value& weight, const Value& bias, const Value& y, Isa isa);

}  // namespace convkit
