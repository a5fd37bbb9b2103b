#include "ops/pool_plain.h"

#include <utility>
#include <vector>

#include "core/denormals.h"
#include "ops/pool_plain_rows.h"
#include "ops/rows.h"

namespace convkit {
namespace {

class PlainWindowsOp final : public Op {
 public:
  explicit PlainWindowsOp(const PlainPool& pool)
      : x_(pool.x),
        y_(pool.y),
        tables_(pool, false),
        outputs_(pool.planes() * pool.windows.output().volume()) {
    const PoolPlaneKernels& kernels = poolPlaneKernels(pool.isa);
    kernel_ = pool.averages() ? kernels.average_windows : kernels.max_windows;
    if (pool.averages()) divisors_ = averageDivisors(pool.geometry, pool.windows);
    operations_ = pool.windows.mostTaps() + kOperationsAWindow;
  }

  void run(const RunContext& context) const override {
    const PoolPlanes planes = tables_.planes();
    forEachRange(context, outputs_, operations_, [&](int64_t first, int64_t end, int) {
      const KeepDenormals keep;
      kernel_({&planes, context.f32(x_), context.f32(y_), first, end - first, divisors_.data()});
    });
  }

  size_t residentBytes() const override { return tables_.bytes() + divisors_.size() * sizeof(float); }

 private:
  static constexpr double kOperationsAWindow = 32;

  const Value x_, y_;
  const PlaneTables tables_;
  const int64_t outputs_;
  void (*kernel_)(const PoolWindowsArgs&);
  std::vector<float> divisors_;
  double operations_;
};

// Long sums need care. By rows, a sum of many terms is still a short one of short ones when the window
// has few rows and few columns.
bool sumNeedsCare(const PoolWindows& windows) {
  constexpr double kShortSums = 64;
  return windows.mostTaps() > kManyTerms && windows.mostRowTaps() + windows.mostColumnTaps() > kShortSums;
}

// Whether windows are computed one after another rather than by rows: also wide ones that share little with
// their neighbours.
bool windowByWindow(const PlainPool& pool) {
  constexpr double kWide = 16;
  if (pool.windows.step.w != 1) return false;
  if (pool.averages() && sumNeedsCare(pool.windows)) return true;
  if (pool.windows.w.size() == 1) return true;
  return acrossOf(pool) == PoolAcross::kEachWindow && pool.windows.mostColumnTaps() >= kWide;
}

std::unique_ptr<Op> makeOp(PlainPool pool, const Value& x, const Value& y, Isa isa) {
  pool.x = x;
  pool.y = y;
  pool.isa = isa;
  if (windowByWindow(pool)) return std::make_unique<PlainWindowsOp>(pool);
  return makePlainRowsOp(pool);
}

// The narrowest planes that have work for enough lanes: 3×3 with stride 1 over 512 planes of 7² takes
// 29 µs, and in blocks, with the reorders, 24; 5×5 over 256 planes of 28² 226 and 173; 7 uneven windows over
// 20 columns 64 and 42, all on an Intel Xeon with AMX.
int32_t narrowest(const PlainPool& pool) {
  switch (acrossOf(pool)) {
    case PoolAcross::kEachWindow:
      return 32;
    case PoolAcross::kAnyStride:
      return 20;
    default:
      return pool.geometry.window.kernel.w > 3 ? 32 : 12;
  }
}

// Neighbouring values in one window.
double longestRun(const PoolWindows& windows) {
  const bool whole_rows = windows.mostColumnTaps() == windows.input.w && windows.step.h == 1;
  return whole_rows ? windows.mostTaps() : windows.mostColumnTaps();
}

bool pays(const PlainPool& pool) {
  // Windows that reach far, or lie far apart, need more of a line than stays in the first cache.
  constexpr int64_t kFarthest = 4096;
  constexpr int32_t kFarthestApart = 64;
  constexpr double kShortestRun = 8;
  if (windowByWindow(pool)) return longestRun(pool.windows) >= kShortestRun;
  const Window& window = pool.geometry.window;
  return int64_t{window.kernel.w} * window.dilation.w <= kFarthest && window.stride.w <= kFarthestApart &&
         window.input.w >= narrowest(pool);
}

}  // namespace

bool plainPoolPays(PoolReduction reduction, const PoolGeometry& geometry) {
  return pays(slidingPool(reduction, geometry));
}

bool plainPoolPays(PoolReduction reduction, const ResizeGeometry& geometry) {
  return pays(adaptivePool(reduction, geometry));
}

std::unique_ptr<Op> makePlainPoolOp(PoolReduction reduction, const PoolGeometry& geometry, const Value& x,
                                    const Value& y, Isa isa) {
  return makeOp(slidingPool(reduction, geometry), x, y, isa);
}

std::unique_ptr<Op> makePlainPoolOp(PoolReduction reduction, const ResizeGeometry& geometry, const Value& x,
                                    const Value& y, Isa isa) {
  return makeOp(adaptivePool(reduction, geometry), x, y, isa);
}

}  // namespace convkit
