#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// y = f(x), value by value. x and y have the same dims and block, each a halo of its own, which is neither
// read nor written; y may be x where their layouts are the same.
std::unique_ptr<Op> makeUnaryOp(UnaryOperation operation, float alpha, float beta, const Value& x,
                                const Value& y, Isa isa);

// int32 x to float32 y, or back: what int32 cannot hold becomes the nearest that it can, NaN 0. Plain values.
std::unique_ptr<Op> makeConvertOp(bool from_int, const Value& x, const Value& y);

}  // namespace convkit
