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
        kernels_(sumKernels(isa)),
        type_(static_cast<int>(type)),
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
      for (int64_t row = 0; row < g_.height; ++row) sumRow(context, row, 0, y + row * row_ + g_.channels);
      return;
    }
    forEachRow(context, g_.height, static_cast<double>(inner_),
               [&](int64_t row, int participant) { sumRow(context, row, participant, nullptr); });
    forEachRange(context, row_, static_cast<double>(g_.height) / 4, [&](int64_t first, int64_t end, int) {
      for (int64_t row = 1; row < g_.height; ++row) {
        kernels_.add_sums(y + row * row_ + first, y + (row + 1) * row_ + first, end - first);
      }
    });
  }

  size_t threadScratchBytes() const override { return static_cast<size_t>(inner_) * sizeof(int32_t); }

 private:
  void sumRow(const RunContext& context, int64_t row, int participant, const int32_t* above) const {
    int32_t* values = reinterpret_cast<int32_t*>(context.threadScratch(participant));
    std::fill_n(values, inner_, 0);
    const char* x = static_cast<const char*>(context.values[x_.id]) + row * g_.row_stride * value_bytes_;
    kernels_.add[type_](x, values, inner_);
    int32_t* y = context.i32(y_) + (row + 1) * row_;
    std::fill_n(y, g_.channels, 0);
    kernels_.prefix({values, above, y + g_.channels, inner_, g_.channels});
  }

  const ImageIntegralGeometry g_;
  const SumKernels& kernels_;
  const int type_;
  const int64_t value_bytes_, inner_, row_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeImageIntegralOp(const ImageIntegralGeometry& geometry, SlotType type, const Value& x,
                                        const Value& y, Isa isa) {
  return std::make_unique<ImageIntegralOp>(geometry, type, x, y, isa);
}

}  // namespace convkit
