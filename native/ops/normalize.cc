#include "ops/normalize.h"

#include <algorithm>
#include <cmath>

#include "ops/rows.h"

namespace convkit {
namespace {

// Sums that grow side by side, so that they fill vectors; a stretch adds 64 values to each.
constexpr int64_t kSums = 16;
constexpr int64_t kStretch = 64 * kSums;

// Σ term(x[i]), in an order that only `count` decides.
template <class Term>
double sumOf(const float* x, int64_t count, Term term) {
  double total = 0;
  for (int64_t begin = 0; begin < count; begin += kStretch) {
    const int64_t end = std::min(begin + kStretch, count);
    float sums[kSums] = {};
    int64_t at = begin;
    for (; at + kSums <= end; at += kSums) {
      for (int64_t i = 0; i < kSums; ++i) sums[i] += term(x[at + i]);
    }
    for (int64_t i = 0; at + i < end; ++i) sums[i] += term(x[at + i]);
    for (const float sum : sums) total += sum;
  }
  return total;
}

class NormalizeOp final : public Op {
 public:
  NormalizeOp(const NormalizeGeometry& geometry, double eps, const Value& x, const Value& y)
      : geometry_(geometry), eps_(eps), x_(x), y_(y) {}

  void run(const RunContext& context) const override {
    const int64_t length = geometry_.length;
    forEachRow(context, geometry_.rows, 5.0 * static_cast<double>(length), [&](int64_t row, int) {
      normalizeRow(context.f32(x_) + row * length, context.f32(y_) + row * length);
    });
  }

 private:
  void normalizeRow(const float* x, float* y) const {
    const int32_t length = geometry_.length;
    const float near = static_cast<float>(sumOf(x, length, [](float v) { return v; }) / length);
    // The sum of deviations finds what a mean that is large against them lost to rounding.
    const float rest = static_cast<float>(sumOf(x, length, [=](float v) { return v - near; }) / length);
    const double squares = sumOf(x, length, [=](float v) {
      const float deviation = (v - near) - rest;
      return deviation * deviation;
    });
    const float scale = static_cast<float>(1 / std::sqrt(squares / length + eps_));
    for (int32_t i = 0; i < length; ++i) y[i] = ((x[i] - near) - rest) * scale;
  }

  const NormalizeGeometry geometry_;
  const double eps_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeNormalizeOp(const NormalizeGeometry& geometry, double eps, const Value& x,
                                    const Value& y) {
  return std::make_unique<NormalizeOp>(geometry, eps, x, y);
}

}  // namespace convkit
