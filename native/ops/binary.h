#pragma once

#include <memory>

#include "ops/binary_function.h"
#include "ops/op.h"

namespace convkit {

// y = activation(a ∘ b), plain values under the strides of a binary step.
std::unique_ptr<Op> makeBinaryOp(const BinarySpec& spec, const BinaryGeometry& geometry, const Value& a,
                                 const Value& b, const Value& y);

// How far one value of an operand of a blocked step reaches.
enum class Spread {
  kNone,          // the operand has y's dims and block
  kEverywhere,    // plain, a single value
  kChannel,       // plain, one value a channel, as many as whole blocks have
  kImageChannel,  // blocked like y, with a single pixel
};

struct SpreadValue {
  Value value;
  Spread spread;
};

// The same over values in blocks of the ISA's lanes, each with a halo of its own, which is neither read nor
// written.
std::unique_ptr<Op> makeBlockedBinaryOp(const BinarySpec& spec, const SpreadValue& a, const SpreadValue& b,
                                        const Value& y);

// y = condition ≠ 0 ? a : b, plain values under the strides of a where step.
std::unique_ptr<Op> makeWhereOp(const WhereGeometry& geometry, const Value& condition, const Value& a,
                                const Value& b, const Value& y, Isa isa);

}  // namespace convkit
