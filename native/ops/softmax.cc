#include "ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "kernels/eltwise/eltwise.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// Neighbouring lines that are worked on together where they do not lie one after another.
constexpr int64_t kLines = 64;

class SoftmaxOp final : public Op {
 public:
  SoftmaxOp(const SoftmaxGeometry& geometry, bool logarithm, const Value& x, const Value& y, Isa isa)
      : geometry_(geometry), logarithm_(logarithm), x_(x), y_(y), kernels_(eltwiseKernels(isa)) {}

  void run(const RunContext& context) const override {
    const int64_t groups = (geometry_.inner + kLines - 1) / kLines;
    const int64_t lines = std::min<int64_t>(geometry_.inner, kLines);
    forEachRow(context, int64_t{geometry_.outer} * groups,
               12.0 * static_cast<double>(lines * geometry_.length), [&](int64_t index, int) {
                 const int64_t inner = takeAxis(index, groups) * kLines;
                 const int64_t at = index * geometry_.length * geometry_.inner + inner;
                 const float* x = context.f32(x_) + at;
                 float* y = context.f32(y_) + at;
                 if (geometry_.inner == 1) {
                   normaliseLine(x, y);
                 } else {
                   normaliseLines(x, y, std::min<int64_t>(kLines, geometry_.inner - inner));
                 }
               });
  }

 private:
  // In this order: added to a large value first, the logarithm of the sum would be lost.
  static float logarithmOf(float x, float largest, double logarithm) {
    return static_cast<float>(static_cast<double>(x) - largest - logarithm);
  }

  // A NaN need not be found: its own power is one, and so is the sum.
  void normaliseLine(const float* x, float* y) const {
    const float largest = *std::max_element(x, x + geometry_.length);
    kernels_.exponential({x, &largest, 0, y, geometry_.length});
    double sum = 0;
    for (int64_t i = 0; i < geometry_.length; ++i) sum += y[i];
    if (logarithm_) {
      const double logarithm = std::log(sum);
      for (int64_t i = 0; i < geometry_.length; ++i) y[i] = logarithmOf(x[i], largest, logarithm);
      return;
    }
    for (int64_t i = 0; i < geometry_.length; ++i) y[i] = static_cast<float>(y[i] / sum);
  }

  void normaliseLines(const float* x, float* y, int64_t lines) const {
    float largest[kLines];
    double sums[kLines] = {};
    std::copy_n(x, lines, largest);
    for (int64_t k = 1; k < geometry_.length; ++k) {
      const float* row = x + k * geometry_.inner;
      for (int64_t i = 0; i < lines; ++i) largest[i] = row[i] > largest[i] ? row[i] : largest[i];
    }
    for (int64_t k = 0; k < geometry_.length; ++k) {
      float* row = y + k * geometry_.inner;
      kernels_.exponential({x + k * geometry_.inner, largest, 1, row, lines});
      for (int64_t i = 0; i < lines; ++i) sums[i] += row[i];
    }
    if (logarithm_) {
      for (int64_t i = 0; i < lines; ++i) sums[i] = std::log(sums[i]);
    }
    for (int64_t k = 0; k < geometry_.length; ++k) {
      const float* from = x + k * geometry_.inner;
      float* row = y + k * geometry_.inner;
      if (logarithm_) {
        for (int64_t i = 0; i < lines; ++i) row[i] = logarithmOf(from[i], largest[i], sums[i]);
      } else {
        for (int64_t i = 0; i < lines; ++i) row[i] = static_cast<float>(row[i] / sums[i]);
      }
    }
  }

  const SoftmaxGeometry geometry_;
  const bool logarithm_;
  const Value x_, y_;
  const EltwiseKernels& kernels_;
};

}  // namespace

std::unique_ptr<Op> makeSoftmaxOp(const SoftmaxGeometry& geometry, const Value& x, const Value& y, Isa isa) {
  return std::make_unique<SoftmaxOp>(geometry, false, x, y, isa);
}

std::unique_ptr<Op> makeLogSoftmaxOp(const SoftmaxGeometry& geometry, const Value& x, const Value& y,
                                     Isa isa) {
  return std::make_unique<SoftmaxOp>(geometry, true, x, y, isa);
}

}  // namespace convkit
