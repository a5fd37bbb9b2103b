#include "ops/lp_pool.h"

#include <cmath>

#include "ops/pool_windows.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// std::pow is slow, and these two are what lp pooling is used with.
double power(double x, double p) {
  if (p == 1) return x;
  if (p == 2) return x * x;
  return std::pow(x, p);
}

double root(double x, double p) {
  if (p == 1) return x;
  if (p == 2) return std::sqrt(x);
  return std::pow(x, 1 / p);
}

class LpPoolOp final : public Op {
 public:
  LpPoolOp(const PoolGeometry& geometry, float p, const Value& x, const Value& y)
      : planes_(int64_t{geometry.batch} * geometry.channels),
        kernel_size_(static_cast<double>(geometry.window.kernel.d) * geometry.window.kernel.h *
                     geometry.window.kernel.w),
        p_(p),
        windows_(slidingWindows(geometry.window)),
        x_(x),
        y_(y) {}

  void run(const RunContext& context) const override {
    const Extent3 output = windows_.output();
    const int64_t rows = int64_t{output.d} * output.h;
    const double operations = windows_.mostTaps() * output.w * (p_ == 1 || p_ == 2 ? 1 : 40);
    forEachRow(context, planes_ * rows, operations, [&](int64_t row, int) {
      const float* plane = context.f32(x_) + row / rows * windows_.input.volume();
      float* y = context.f32(y_) + row * output.w;
      for (int32_t ow = 0; ow < output.w && !context.isCancelled(); ++ow) {
        y[ow] = pool(context, plane, row % rows, windows_.w[ow]);
      }
    });
  }

  size_t residentBytes() const override { return windows_.bytes(); }

 private:
  float pool(const RunContext& context, const float* plane, int64_t row, const PoolTaps& w) const {
    const PoolTaps& h = windows_.h[takeAxis(row, static_cast<int64_t>(windows_.h.size()))];
    const PoolTaps& d = windows_.d[row];
    double sum = 0;
    for (int32_t i = 0; i < d.taps; ++i) {
      // A window may be as large as its input.
      for (int32_t j = 0; j < h.taps && !context.isCancelled(); ++j) {
        const int64_t slice = d.first + int64_t{i} * windows_.step.d;
        const int64_t start =
            (slice * windows_.input.h + h.first + int64_t{j} * windows_.step.h) * windows_.input.w;
        const float* x = plane + start + w.first;
        for (int32_t k = 0; k < w.taps; ++k) sum += power(x[int64_t{k} * windows_.step.w], p_);
      }
    }
    const double inside = static_cast<double>(int64_t{d.taps} * h.taps * w.taps);
    return static_cast<float>(root(sum / inside * kernel_size_, p_));
  }

  const int64_t planes_;
  const double kernel_size_, p_;
  const PoolWindows windows_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeLpPoolOp(const PoolGeometry& geometry, float p, const Value& x, const Value& y) {
  return std::make_unique<LpPoolOp>(geometry, p, x, y);
}

}  // namespace convkit
