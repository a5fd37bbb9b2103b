#include "ops/adaptive_pool.h"

#include "ops/pool_blocked.h"
#include "ops/pool_indices.h"

namespace convkit {

std::unique_ptr<Op> makeAdaptiveAvgPoolOp(const ResizeGeometry& geometry, const Value& x, const Value& y,
                                          Isa isa) {
  const PoolWindows windows = adaptiveWindows(geometry.input, geometry.output);
  return makeWindowPoolOp({PoolReduction::kAverage, windows, x, y, isa});
}

std::unique_ptr<Op> makeAdaptiveMaxPoolOp(const ResizeGeometry& geometry, const Value& x, const Value& y,
                                          Isa isa) {
  const PoolWindows windows = adaptiveWindows(geometry.input, geometry.output);
  return makeWindowPoolOp({PoolReduction::kMax, windows, x, y, isa});
}

std::unique_ptr<Op> makeAdaptiveMaxPoolIndicesOp(const ResizeGeometry& geometry, const Value& x,
                                                 const Value& y, const Value& indices) {
  const int64_t planes = int64_t{geometry.batch} * geometry.channels;
  return makeMaxIndicesOp({planes, adaptiveWindows(geometry.input, geometry.output), x, y, indices});
}

}  // namespace convkit
