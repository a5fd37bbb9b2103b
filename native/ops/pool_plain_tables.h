#pragma once

// What the two ways of pooling plain values share.

#include <vector>

#include "kernels/pool_plane/pool_plane.h"
#include "ops/op.h"
#include "ops/pool_blocked.h"
#include "ops/pool_windows.h"

namespace convkit {

// A pooling before it is known which kernel computes it. Where adaptive windows are of several widths, the
// kernel's width is 0.
struct PlainPool {
  PoolReduction reduction;
  PoolWindows windows;
  PoolGeometry geometry;
  Value x, y;
  Isa isa;

  int64_t planes() const { return int64_t{geometry.batch} * geometry.channels; }
  bool averages() const { return reduction == PoolReduction::kAverage; }
  bool uneven() const { return geometry.window.kernel.w == 0; }
};

PlainPool slidingPool(PoolReduction reduction, const PoolGeometry& geometry);
PlainPool adaptivePool(PoolReduction reduction, const ResizeGeometry& resize);

// The windows along each axis as the kernels take them.
class PlaneTables {
 public:
  // With `factors`, for averages, each window has the factors of its divisor.
  PlaneTables(const PlainPool& pool, bool factors);

  PoolPlanes planes() const;
  // Whether the factors are of the divisors' reciprocals.
  bool multiply() const { return multiply_; }
  const std::vector<PlaneTaps>& columns() const { return w_; }
  size_t bytes() const { return (d_.size() + h_.size() + w_.size()) * sizeof(PlaneTaps); }

 private:
  void addFactors(const PlainPool& pool);

  std::vector<PlaneTaps> d_, h_, w_;
  PoolPlanes planes_{};
  bool multiply_ = false;
};

}  // namespace convkit
