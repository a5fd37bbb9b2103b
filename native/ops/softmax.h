#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// y = e^(x − max) / Σ e^(x − max) along `length` of [outer, length, inner]. Plain x and y, which may be the
// same. The powers are float32, their sum is added up in double from first to last.
std::unique_ptr<Op> makeSoftmaxOp(const SoftmaxGeometry& geometry, const Value& x, const Value& y, Isa isa);

// y = x − max − log Σ e^(x − max). y must not overlap x.
std::unique_ptr<Op> makeLogSoftmaxOp(const SoftmaxGeometry& geometry, const Value& x, const Value& y,
                                     Isa isa);

}  // namespace convkit
