#include "ops/pool_blocked.h"

#include <utility>

#include "core/denormals.h"
#include "ops/rows.h"

namespace convkit {
namespace {

class WindowPoolOp final : public Op {
 public:
  WindowPoolOp(BlockedPool pool, std::vector<float> divisors)
      : pool_(std::move(pool)),
        divisors_(std::move(divisors)),
        kernel_(pool_.reduction == PoolReduction::kMax ? poolKernels(pool_.isa).max_window
                                                       : poolKernels(pool_.isa).average_window) {}

  void run(const RunContext& context) const override {
    const Extent3 output = pool_.windows.output();
    const int64_t planes = int64_t{pool_.x.layout.dims.n} * pool_.x.layout.blocks();
    // Bytes touched: there is little else to do.
    const double operations = 4.0 * pool_.windows.mostTaps() * output.w * pool_.x.layout.block;
    forEachRow(context, planes * output.d * output.h, operations, [&](int64_t row, int) {
      const KeepDenormals keep;
      runRow(context, poolRowAt(row, pool_.windows));
    });
  }

  size_t residentBytes() const override { return pool_.windows.bytes() + divisors_.size() * sizeof(float); }

 private:
  void runRow(const RunContext& context, const PoolRow& row) const {
    const Layout& layout = pool_.x.layout;
    const PoolWindows& windows = pool_.windows;
    const PoolTaps& d = windows.d[row.d];
    const PoolTaps& h = windows.h[row.h];
    const float* plane = context.f32(pool_.x) + planeOffset(layout, row.plane);
    PoolWindowArgs args;
    float* y = context.f32(pool_.y) + rowOffset(pool_.y.layout, row);
    int64_t output = (row.d * static_cast<int64_t>(windows.h.size()) + row.h) * windows.w.size();
    for (const PoolTaps& w : windows.w) {
      args.window = windowRows(plane, layout, pool_, d, h);
      args.window.x += int64_t{w.first} * layout.block;
      args.columns = w.taps;
      joinRows(args, layout);
      args.divisor =
          divisors_.empty() ? static_cast<float>(int64_t{d.taps} * h.taps * w.taps) : divisors_[output];
      args.y = y;
      kernel_(args);
      y += layout.block;
      ++output;
    }
  }

  // A window over whole rows of a plane without halo is one long row.
  static void joinRows(PoolWindowArgs& args, const Layout& layout) {
    PoolRows& window = args.window;
    if (args.columns * layout.block != window.row_step) return;
    args.columns *= window.rows;
    window.rows = 1;
    if (args.columns * layout.block != window.slice_step) return;
    args.columns *= window.slices;
    window.slices = 1;
  }

  const BlockedPool pool_;
  const std::vector<float> divisors_;
  void (*const kernel_)(const PoolWindowArgs&);
};

}  // namespace

std::unique_ptr<Op> makeWindowPoolOp(BlockedPool pool, std::vector<float> divisors) {
  return std::make_unique<WindowPoolOp>(std::move(pool), std::move(divisors));
}

PoolRows windowRows(const float* plane, const Layout& layout, const BlockedPool& pool, const PoolTaps& d,
                    const PoolTaps& h) {
  PoolRows rows;
  rows.x = plane + d.first * layout.sliceStride() + h.first * layout.rowStride();
  rows.slices = d.taps;
  rows.rows = h.taps;
  rows.slice_step = pool.windows.step.d * layout.sliceStride();
  rows.row_step = pool.windows.step.h * layout.rowStride();
  return rows;
}

PoolRow poolRowAt(int64_t row, const PoolWindows& windows) {
  PoolRow place;
  place.h = takeAxis(row, static_cast<int64_t>(windows.h.size()));
  place.d = takeAxis(row, static_cast<int64_t>(windows.d.size()));
  place.plane = row;
  return place;
}

int64_t planeOffset(const Layout& layout, int64_t plane) {
  return layout.origin() + layout.planeStart(plane);
}

int64_t rowOffset(const Layout& layout, const PoolRow& row) {
  return planeOffset(layout, row.plane) + row.d * layout.sliceStride() + row.h * layout.rowStride();
}

}  // namespace convkit
