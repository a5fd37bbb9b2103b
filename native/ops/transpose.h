#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// [batch, rows, columns] to [batch, columns, rows], of float32 or int32. Plain x and y.
std::unique_ptr<Op> makeTransposeOp(const TransposeGeometry& geometry, const Value& x, const Value& y);

}  // namespace convkit
