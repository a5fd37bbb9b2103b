#include "ops/pad.h"

#include <algorithm>
#include <vector>

#include "ops/rows.h"

namespace convkit {
namespace {

constexpr int32_t kOutside = -1;

// The input position that each output position copies, or kOutside.
std::vector<int32_t> sources(int32_t input, int32_t before, int32_t after, PadMode mode) {
  std::vector<int32_t> all(static_cast<size_t>(before) + input + after);
  for (size_t o = 0; o < all.size(); ++o) {
    int32_t at = static_cast<int32_t>(o) - before;
    if (at < 0 || at >= input) {
      switch (mode) {
        case PadMode::kReflect:
          at = at < 0 ? -at : 2 * (input - 1) - at;
          break;
        case PadMode::kReplicate:
          at = at < 0 ? 0 : input - 1;
          break;
        case PadMode::kCircular:
          at = at < 0 ? at + input : at - input;
          break;
        case PadMode::kZeros:
        case PadMode::kCount:
          at = kOutside;
          break;
      }
    }
    all[o] = at;
  }
  return all;
}

class PadOp final : public Op {
 public:
  PadOp(const PadGeometry& geometry, float value, const Value& x, const Value& y)
      : geometry_(geometry),
        value_(value),
        d_(sources(geometry.input.d, geometry.pad_front, geometry.pad_back, geometry.mode)),
        h_(sources(geometry.input.h, geometry.pad_top, geometry.pad_bottom, geometry.mode)),
        w_(sources(geometry.input.w, geometry.pad_left, geometry.pad_right, geometry.mode)),
        x_(x),
        y_(y) {}

  void run(const RunContext& context) const override {
    const int64_t width = static_cast<int64_t>(w_.size());
    const int64_t rows = static_cast<int64_t>(geometry_.outer * d_.size() * h_.size());
    forEachRow(context, rows, width * 2, [&](int64_t row, int) {
      float* y = context.f32(y_) + row * width;
      const int32_t h = h_[takeAxis(row, static_cast<int64_t>(h_.size()))];
      const int32_t d = d_[takeAxis(row, static_cast<int64_t>(d_.size()))];
      if (h == kOutside || d == kOutside) {
        std::fill_n(y, width, value_);
        return;
      }
      const int64_t line = (row * geometry_.input.d + d) * geometry_.input.h + h;
      padLine(context.f32(x_) + line * geometry_.input.w, y);
    });
  }

  size_t residentBytes() const override { return (d_.size() + h_.size() + w_.size()) * sizeof(int32_t); }

 private:
  void padLine(const float* x, float* y) const {
    const int64_t left = geometry_.pad_left, middle = geometry_.input.w;
    for (int64_t o = 0; o < left; ++o) y[o] = valueAt(x, o);
    std::copy_n(x, middle, y + left);
    for (int64_t o = left + middle; o < static_cast<int64_t>(w_.size()); ++o) y[o] = valueAt(x, o);
  }

  float valueAt(const float* x, int64_t o) const { return w_[o] == kOutside ? value_ : x[w_[o]]; }

  const PadGeometry geometry_;
  const float value_;
  const std::vector<int32_t> d_, h_, w_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makePadOp(const PadGeometry& geometry, float value, const Value& x, const Value& y) {
  return std::make_unique<PadOp>(geometry, value, x, y);
}

}  // namespace convkit
