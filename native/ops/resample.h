#pragma once

#include <memory>

#include "ops/resample_tables.h"

namespace convkit {

// The spatial axis along which whole runs of a layout are resampled.
enum class ResampleAxis { kDepth, kHeight, kWidth };

// y = x resampled along one axis of its space; the layouts differ in that axis alone. Any block; what halos
// and missing channels hold is not looked at. Tables for runs.
std::unique_ptr<Op> makeResampleRunsOp(ResampleAxis axis, int32_t taps, ResampleTables tables, const Value& x,
                                       const Value& y, Isa isa);

// y [outer, outputLength, inner] from x [outer, length, inner], plain values, for an `inner` that fills no
// vector. Tables for places.
std::unique_ptr<Op> makeResamplePlacesOp(const ResampleGeometry& geometry, ResampleTables tables,
                                         const Value& x, const Value& y, Isa isa);

}  // namespace convkit
