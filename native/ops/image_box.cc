#include <algorithm>

#include "kernels/sums/sums.h"
#include "ops/image_border.h"
#include "ops/image_sums.h"
#include "ops/row_bands.h"
#include "ops/row_ring.h"

namespace convkit {
namespace {

// Sums of columns move down with the window. Across they become prefix sums, of which two make a window's
// sum. Whole numbers: what is added and taken away again leaves nothing behind, so bands may begin anywhere.
template <class T>
class ImageBoxOp final : public Op {
 public:
  ImageBoxOp(const ImageWindowGeometry& geometry, SlotType type, const Value& x, const Value& y,
             double border_value, Isa isa)
      : g_(geometry),
        kernels_(sumKernels(isa)),
        type_(static_cast<int>(type)),
        rows_(geometry),
        stride_(ringStride(rows_.values(), sizeof(T))),
        sums_stride_(ringStride(rows_.values() + g_.channels, sizeof(int32_t))),
        places_(g_.kernel_height + 1),
        x_(x),
        y_(y),
        border_value_(static_cast<T>(border_value)) {}

  void run(const RunContext& context) const override {
    forEachBand(context, g_.height, 2.0 * static_cast<double>(rows_.values()), g_.kernel_height - 1,
                [&](int64_t first, int64_t end, int participant) {
                  meanBand(context, first, end, context.threadScratch(participant));
                });
  }

  size_t threadScratchBytes() const override {
    return static_cast<size_t>(places_ * stride_) * sizeof(T) +
           static_cast<size_t>(2 * sums_stride_) * sizeof(int32_t);
  }

 private:
  void meanBand(const RunContext& context, int64_t first, int64_t end, char* scratch) const {
    T* ring_rows = reinterpret_cast<T*>(scratch);
    int32_t* columns = reinterpret_cast<int32_t*>(ring_rows + places_ * stride_);
    int32_t* prefix = columns + sums_stride_;
    RowRing<T> ring(ring_rows, stride_, places_, first - g_.anchor_y);
    const T* x = static_cast<const T*>(context.values[x_.id]);
    const auto fill = [&](int64_t place, T* row) { fillRow(rows_, place, border_value_, x, row); };
    const auto rowAt = [&](int64_t place) {
      const T* row;
      ring.rows(place, 1, &row, fill);
      return row;
    };
    std::fill_n(columns, rows_.values(), 0);
    std::fill_n(prefix, g_.channels, 0);
    const int64_t top = first - g_.anchor_y;
    for (int64_t i = 0; i < g_.kernel_height; ++i)
      kernels_.add[type_](rowAt(top + i), columns, rows_.values());
    for (int64_t row = first; row < end; ++row) {
      if (row > first) {
        const int64_t leaving = row - 1 - g_.anchor_y;
        const T* entering = rowAt(leaving + g_.kernel_height);
        kernels_.exchange[type_](entering, rowAt(leaving), columns, rows_.values());
      }
      kernels_.prefix[static_cast<int>(SlotType::kInt32)](
          {columns, nullptr, prefix + g_.channels, rows_.values(), g_.channels});
      T* y = static_cast<T*>(context.values[y_.id]) + row * rows_.inner();
      kernels_.mean[type_]({prefix, int64_t{g_.kernel_width} * g_.channels,
                            g_.kernel_height * g_.kernel_width, y, rows_.inner()});
    }
  }

  const ImageWindowGeometry g_;
  const SumKernels& kernels_;
  const int type_;
  const BorderedRows rows_;
  const int64_t stride_, sums_stride_, places_;
  const Value x_, y_;
  const T border_value_;
};

}  // namespace

std::unique_ptr<Op> makeImageBoxOp(const ImageWindowGeometry& geometry, SlotType type, const Value& x,
                                   const Value& y, double border_value, Isa isa) {
  if (type == SlotType::kUint8) {
    return std::make_unique<ImageBoxOp<uint8_t>>(geometry, type, x, y, border_value, isa);
  }
  return std::make_unique<ImageBoxOp<uint16_t>>(geometry, type, x, y, border_value, isa);
}

}  // namespace convkit
