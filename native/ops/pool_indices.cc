#include "ops/pool_indices.h"

#include <limits>
#include <utility>

#include "core/denormals.h"
#include "ops/rows.h"

namespace convkit {
namespace {

struct Maximum {
  float value;
  int32_t index;
};

// Over the taps of one row of a window, that starts at flat index `row` of the plane.
void updateFromRow(const float* plane, int64_t row, const PoolTaps& w, int32_t step, Maximum& best) {
  int64_t at = row + w.first;
  for (int32_t tap = 0; tap < w.taps; ++tap, at += step) {
    const float value = plane[at];
    // A NaN compares false with everything: taken here, it stays unless another NaN comes.
    if (value > best.value || value != value) best = {value, static_cast<int32_t>(at)};
  }
}

class MaxIndicesOp final : public Op {
 public:
  explicit MaxIndicesOp(MaxIndicesPool pool) : pool_(std::move(pool)) {}

  void run(const RunContext& context) const override {
    const Extent3 output = pool_.windows.output();
    const int64_t rows = int64_t{output.d} * output.h;
    const double operations = pool_.windows.mostTaps() * output.w * 2;
    forEachRow(context, pool_.planes * rows, operations, [&](int64_t row, int) {
      const KeepDenormals keep;
      const float* plane = context.f32(pool_.x) + row / rows * pool_.windows.input.volume();
      float* y = context.f32(pool_.y) + row * output.w;
      int32_t* indices = context.i32(pool_.indices) + row * output.w;
      for (int32_t ow = 0; ow < output.w; ++ow) {
        const Maximum best = maximum(plane, row % rows, pool_.windows.w[ow]);
        y[ow] = best.value;
        indices[ow] = best.index;
      }
    });
  }

  size_t residentBytes() const override { return pool_.windows.bytes(); }

 private:
  Maximum maximum(const float* plane, int64_t row, const PoolTaps& w) const {
    const PoolWindows& windows = pool_.windows;
    const PoolTaps& h = windows.h[takeAxis(row, static_cast<int64_t>(windows.h.size()))];
    const PoolTaps& d = windows.d[row];
    Maximum best{-std::numeric_limits<float>::infinity(), 0};
    if (d.taps == 0 || h.taps == 0 || w.taps == 0) return best;
    best.index = static_cast<int32_t>(rowIndex(d.first, h.first) + w.first);
    for (int32_t i = 0; i < d.taps; ++i) {
      for (int32_t j = 0; j < h.taps; ++j) {
        const int64_t start = rowIndex(d.first + i * windows.step.d, h.first + j * windows.step.h);
        updateFromRow(plane, start, w, windows.step.w, best);
      }
    }
    return best;
  }

  int64_t rowIndex(int64_t d, int64_t h) const {
    return (d * pool_.windows.input.h + h) * pool_.windows.input.w;
  }

  const MaxIndicesPool pool_;
};

}  // namespace

std::unique_ptr<Op> makeMaxIndicesOp(MaxIndicesPool pool) {
  return std::make_unique<MaxIndicesOp>(std::move(pool));
}

}  // namespace convkit
