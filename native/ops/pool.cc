#include "ops/pool.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/denormals.h"
#include "ops/pool_blocked.h"
#include "ops/pool_indices.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// The direct kernel takes a window's taps one after another. The other way reduces columns first, into a
// row of scratch, and then that row: fewer steps where windows overlap.
class RowPoolOp final : public Op {
 public:
  RowPoolOp(BlockedPool pool, const PoolGeometry& geometry, bool columns_first)
      : pool_(std::move(pool)), columns_first_(columns_first), override_(geometry.divisor_override) {
    const PoolKernels& kernels = poolKernels(pool_.isa);
    const bool is_max = pool_.reduction == PoolReduction::kMax;
    row_kernel_ = is_max ? kernels.max : kernels.average;
    columns_kernel_ = is_max ? kernels.max_rows : kernels.sum_rows;
    count_padding_ = geometry.count_include_pad != 0;
    stride_ = geometry.window.stride.w;
    for (const PoolTaps& w : pool_.windows.w) columns_.push_back({w.first, w.taps, count(w)});
    interior_begin_ = static_cast<int32_t>(columns_.size());
    interior_end_ = 0;
    for (int32_t i = 0; i < static_cast<int32_t>(columns_.size()); ++i) {
      if (columns_[i].taps != geometry.window.kernel.w) continue;
      if (interior_end_ == 0) interior_begin_ = i;
      interior_end_ = i + 1;
    }
  }

  void run(const RunContext& context) const override {
    const Extent3 output = pool_.windows.output();
    const int64_t planes = int64_t{pool_.x.layout.dims.n} * pool_.x.layout.blocks();
    const double operations = pool_.windows.mostTaps() * output.w * pool_.x.layout.block;
    forEachRow(context, planes * output.d * output.h, operations, [&](int64_t row, int participant) {
      const KeepDenormals keep;
      runRow(context, participant, poolRowAt(row, pool_.windows));
    });
  }

  size_t threadScratchBytes() const override {
    if (!columns_first_) return 0;
    return static_cast<size_t>(pool_.windows.input.w) * pool_.x.layout.block * sizeof(float);
  }

  size_t residentBytes() const override {
    return pool_.windows.bytes() + columns_.size() * sizeof(PoolColumn);
  }

 private:
  // Taps along one axis that an average counts; 1 where the window is empty and its average is 0.
  float count(const PoolTaps& axis) const {
    if (override_ != 0 || axis.taps == 0) return 1;
    return static_cast<float>(count_padding_ ? axis.span : axis.taps);
  }

  void runRow(const RunContext& context, int participant, const PoolRow& row) const {
    const Layout& layout = pool_.x.layout;
    const PoolTaps& d = pool_.windows.d[row.d];
    const PoolTaps& h = pool_.windows.h[row.h];
    const float* plane = context.f32(pool_.x) + planeOffset(layout, row.plane);
    PoolRowArgs args;
    args.window = windowRows(plane, layout, pool_, d, h);
    if (columns_first_) {
      float* sums = reinterpret_cast<float*>(context.threadScratch(participant));
      columns_kernel_({args.window, sums, pool_.windows.input.w});
      args.window = {sums, 1, 1, 0, 0};
    }
    args.y = context.f32(pool_.y) + rowOffset(pool_.y.layout, row);
    args.outputs = static_cast<int32_t>(columns_.size());
    args.columns = columns_.data();
    args.interior_begin = interior_begin_;
    args.interior_end = interior_end_;
    args.stride = stride_;
    args.dilation = pool_.windows.step.w;
    args.row_count = override_ != 0 ? static_cast<float>(override_) : count(d) * count(h);
    row_kernel_(args);
  }

  const BlockedPool pool_;
  const bool columns_first_;
  const int32_t override_;
  void (*row_kernel_)(const PoolRowArgs&);
  void (*columns_kernel_)(const PoolColumnsArgs&);
  bool count_padding_;
  int32_t stride_, interior_begin_, interior_end_;
  std::vector<PoolColumn> columns_;
};

// Whether reducing columns first saves steps. An output then costs the taps of its columns that no other
// output has, plus one a column.
bool columnsFirstPays(const Window& window) {
  const double rows = static_cast<double>(window.kernel.d) * window.kernel.h;
  const double own_columns = std::min(window.stride.w, window.kernel.w);
  return rows * window.kernel.w > rows * own_columns + window.kernel.w;
}

}  // namespace

std::unique_ptr<Op> makeMaxPoolOp(const PoolGeometry& geometry, const Value& x, const Value& y, Isa isa) {
  BlockedPool pool{PoolReduction::kMax, slidingWindows(geometry.window), x, y, isa};
  return std::make_unique<RowPoolOp>(std::move(pool), geometry, columnsFirstPays(geometry.window));
}

std::unique_ptr<Op> makeAvgPoolOp(const PoolGeometry& geometry, const Value& x, const Value& y, Isa isa) {
  BlockedPool pool{PoolReduction::kAverage, slidingWindows(geometry.window), x, y, isa};
  const Window& window = geometry.window;
  if (pool.windows.mostTaps() > kManyTerms && window.dilation.w == 1) {
    std::vector<float> divisors = averageDivisors(geometry, pool.windows);
    return makeWindowPoolOp(std::move(pool), std::move(divisors));
  }
  return std::make_unique<RowPoolOp>(std::move(pool), geometry, columnsFirstPays(window));
}

std::unique_ptr<Op> makeMaxPoolIndicesOp(const PoolGeometry& geometry, const Value& x, const Value& y,
                                         const Value& indices) {
  const int64_t planes = int64_t{geometry.batch} * geometry.channels;
  return makeMaxIndicesOp({planes, slidingWindows(geometry.window), x, y, indices});
}

}  // namespace convkit
