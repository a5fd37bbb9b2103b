#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

// [outer, length, inner] to [outer, inner], plain values; any operation.
std::unique_ptr<Op> makeReduceOp(const ReduceGeometry& geometry, const Value& x, const Value& y, Isa isa);

// Every plane to one pixel: x in blocks of the ISA's lanes, whose halo is not read, y in blocks with a single
// pixel, whose halo is not written. Not for the operations that give places.
std::unique_ptr<Op> makeBlockedReduceOp(ReduceOperation operation, const Value& x, const Value& y, Isa isa);

// The operations that give places. Called by makeReduceOp.
std::unique_ptr<Op> makeReducePlacesOp(const ReduceGeometry& geometry, const Value& x, const Value& y);

}  // namespace convkit
