#include <algorithm>

#include "kernels/sums/sums.h"
#include "ops/image_sums.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// On one thread each row is finished when the next one begins. On several, first every row's own prefix sums
// are made, then they are added up down stretches of columns: whole numbers, so that the order does not
// matter.
class ImageIntegralOp final : public Op {
 public:
  ImageIntegralOp(const ImageIntegralGeometry& geometry, SlotType type, const Value& x, const Value& y,
                  Isa isa)
      : g_(geometry),
        add_(sumKernels(isa).add_sums),
        prefix_(sumKernels(isa).prefix[static_cast<int>(type)]),
        value_bytes_(bytesPerValue(type)),
        inner_(int64_t{g_.width} * g_.channels),
        row_(inner_ + g_.channels),
        x_(x),
        y_(y) {}

  void run(const RunContext& context) const override {
    int32_t* y = context.i32(y_);
    std::fill_n(y, row_, 0);
    const int64_t operations = g_.height * inner_;
    if (worthwhileThreads(context, operations) == 1) {
      for (int64_t row = 0; row < g_.height; ++row) sumRow(context, row, y + row * row_ + g_.channels);
      return;
    }
    forEachRow(context, g_.height, static_cast<double>(inner_),
               [&](int64_t row, int) { sumRow(context, row, nullptr); });
    forEachRange(context, row_, static_cast<double>(g_.height) / 4, [&](int64_t first, int64_t end, int) {
      for (int64_t row = 1; row < g_.height; ++row) {
        add_(y + row * row_ + first, y + (row + 1) * row_ + first, end - first);
      }
    });
  }

 private:
  void sumRow(const RunContext& context, int64_t row, const int32_t* above) const {
    const char* x = static_cast<const char*>(context.values[x_.id]) + row * g_.row_stride * value_bytes_;
    int32_t* y = context.i32(y_) + (row + 1) * row_;
    std::fill_n(y, g_.channels, 0);
    prefix_({x, above, y + g_.channels, inner_, g_.channels});
  }

  const ImageIntegralGeometry g_;
  void (*const add_)(const int32_t*, int32_t*, int64_t);
  void (*const prefix_)(const PrefixArgs&);
  const int64_t value_bytes_, inner_, row_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeImageIntegralOp(const ImageIntegralGeometry& geometry, SlotType type, const Value& x,
                                        const Value& y, Isa isa) {
  return std::make_unique<ImageIntegralOp>(geometry, type, x, y, isa);
}

}  // namespace convkit
