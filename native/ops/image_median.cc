#include "ops/image_median.h"

#include "kernels/rank/rank.h"
#include "ops/image_rows.h"
#include "ops/row_bands.h"

namespace convkit {
namespace {

template <class T>
class ImageMedianOp final : public Op {
 public:
  ImageMedianOp(const ImageWindowGeometry& geometry, const RankKernelsOf& kernels, const Value& x,
                const Value& y, double border_value)
      : g_(geometry),
        size_(geometry.kernel_height),
        rows_(geometry),
        lead_(rowLead<T>(rows_)),
        stride_(ringStride(lead_ + rows_.values(), sizeof(T))),
        x_(x),
        y_(y),
        border_value_(static_cast<T>(border_value)),
        sort_columns_(kernels.sort_columns[size_ / 2 - 1]),
        median_(kernels.median[size_ / 2 - 1]) {}

  void run(const RunContext& context) const override {
    const double operations = static_cast<double>(rows_.values()) * size_ * size_ / 8;
    forEachBand(context, g_.height, operations, size_ - 1, [&](int64_t first, int64_t end, int participant) {
      medianBand(context, first, end, reinterpret_cast<T*>(context.threadScratch(participant)));
    });
  }

  size_t threadScratchBytes() const override {
    return static_cast<size_t>(size_ * stride_ + ImageRows<T>::scratch(g_, size_)) * sizeof(T);
  }

 private:
  void medianBand(const RunContext& context, int64_t first, int64_t end, T* scratch) const {
    const T* x = static_cast<const T*>(context.values[x_.id]);
    T* y = static_cast<T*>(context.values[y_.id]);
    ImageRows<T> image(g_, x, border_value_, scratch + size_ * stride_, first - g_.anchor_y);
    for (int64_t row = first; row < end; ++row) {
      const T* window[kLargestMedian];
      image.window(row - g_.anchor_y, window);
      const void* columns[kLargestMedian];
      void* ordered[kLargestMedian];
      const void* ranks[kLargestMedian];
      for (int j = 0; j < size_; ++j) {
        T* sorted = scratch + j * stride_ + lead_;
        columns[j] = window[j];
        ordered[j] = sorted + rows_.before();
        ranks[j] = sorted;
      }
      sort_columns_({columns, ordered, rows_.inner()});
      // A border's columns are columns of the image, or all of one value: in order already.
      for (int j = 0; j < size_; ++j) rows_.fillSides(border_value_, scratch + j * stride_ + lead_);
      median_({ranks, g_.channels, y + row * rows_.inner(), rows_.inner()});
    }
  }

  const ImageWindowGeometry g_;
  const int32_t size_;
  const BorderedRows rows_;
  const int64_t lead_, stride_;
  const Value x_, y_;
  const T border_value_;
  void (*const sort_columns_)(const SortColumnsArgs&);
  void (*const median_)(const MedianArgs&);
};

}  // namespace

std::unique_ptr<Op> makeImageMedianOp(const ImageWindowGeometry& geometry, SlotType type, const Value& x,
                                      const Value& y, double border_value, Isa isa) {
  const RankKernelsOf& kernels = rankKernels(isa).of[static_cast<int>(type)];
  if (type == SlotType::kUint8) {
    return std::make_unique<ImageMedianOp<uint8_t>>(geometry, kernels, x, y, border_value);
  }
  if (type == SlotType::kUint16) {
    return std::make_unique<ImageMedianOp<uint16_t>>(geometry, kernels, x, y, border_value);
  }
  return std::make_unique<ImageMedianOp<float>>(geometry, kernels, x, y, border_value);
}

}  // namespace convkit
