#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

struct LrnParameters {
  float alpha, beta, bias;
};

// y = x / (bias + alpha / size · Σ x²)^beta, the sum over neighbouring channels of [outer, channels, inner].
// Plain x and y.
std::unique_ptr<Op> makeLrnOp(const LrnGeometry& geometry, const LrnParameters& parameters, const Value& x,
                              const Value& y);

}  // namespace convkit
