#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// y = (x − mean) / sqrt(variance + eps) over each of the rows. Plain x and y, which may be the same. Partial
// sums are float32, over stretches whose length depends on nothing; they are added up in double.
std::unique_ptr<Op> makeNormalizeOp(const NormalizeGeometry& geometry, double eps, const Value& x,
                                    const Value& y);

}  // namespace convkit
