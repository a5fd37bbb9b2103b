#include "ops/image_extreme.h"

#include "kernels/rank/rank.h"
#include "ops/image_rows.h"
#include "ops/row_bands.h"
#include "program/program.h"

namespace convkit {
namespace {

using ExtremeKernel = void (*)(const ExtremeArgs&);

// Windows up to this many values are compared value by value. Of larger ones extremes of 2, 4, 8, …
// neighbours are made in turn, and two of the last kind that overlap are the window's.
constexpr int64_t kDirect = 7;

// The extremes of `length` neighbours, `distance` values apart, from an array of `count` + (length − 1) ·
// distance values, which is used up where there are many.
template <class T>
void slide(ExtremeKernel kernel, T* x, int64_t length, int64_t distance, T* y, int64_t count) {
  const void* terms[kDirect];
  if (length <= kDirect) {
    for (int64_t t = 0; t < length; ++t) terms[t] = x + t * distance;
    return kernel({terms, length, y, count});
  }
  int64_t known = 1;
  for (; 2 * known <= length; known *= 2) {
    terms[0] = x;
    terms[1] = x + known * distance;
    kernel({terms, 2, x, count + (length - 2 * known) * distance});
  }
  terms[0] = x;
  terms[1] = x + (length - known) * distance;
  kernel({terms, 2, y, count});
}

template <class T>
class ImageExtremeOp final : public Op {
 public:
  ImageExtremeOp(const ImageWindowGeometry& geometry, ExtremeKernel kernel, const Value& x, const Value& mask,
                 const Value& y, double border_value)
      : g_(geometry),
        kernel_(kernel),
        rows_(geometry),
        lead_(rowLead<T>(rows_)),
        stride_(ringStride(lead_ + rows_.values(), sizeof(T))),
        // Bands of fewer rows would prepare most of their rows twice.
        block_(mask.present() ? 1 : std::max<int64_t>(g_.kernel_height, kLeastBlock)),
        x_(x),
        mask_(mask),
        y_(y),
        border_value_(static_cast<T>(border_value)) {}

  void run(const RunContext& context) const override {
    if (mask_.present() && terms(context) == 0) throw RunError("the mask of a step on images is empty");
    const double inner = static_cast<double>(rows_.inner());
    const double window = mask_.present()
                              ? static_cast<double>(g_.kernel_height) * g_.kernel_width
                              : std::min<double>(2.0 * kDirect, g_.kernel_height + g_.kernel_width);
    forEachBand(context, g_.height, inner * (window + 4) * sizeof(T) / 16, g_.kernel_height - 1,
                [&](int64_t first, int64_t end, int participant) {
                  char* scratch = context.threadScratch(participant);
                  if (mask_.present()) return maskedBand(context, first, end, scratch);
                  if (g_.kernel_height <= kDirect) {
                    return lowBand(context, first, end, reinterpret_cast<T*>(scratch));
                  }
                  for (int64_t row = first; row < end; row += block_) {
                    rectangleBlock(context, row, std::min(end, row + block_), reinterpret_cast<T*>(scratch));
                  }
                });
  }

  bool canFail() const override { return mask_.present(); }

  size_t threadScratchBytes() const override {
    const int64_t rows = block_ + g_.kernel_height;
    const int64_t pointers = mask_.present() ? g_.kernel_height * (int64_t{g_.kernel_width} + 1) : 0;
    return static_cast<size_t>(rows * stride_) * sizeof(T) + static_cast<size_t>(pointers) * sizeof(void*);
  }

 private:
  static constexpr int64_t kLeastBlock = 32;

  int64_t terms(const RunContext& context) const {
    const float* mask = context.f32(mask_);
    return std::count_if(mask, mask + int64_t{g_.kernel_height} * g_.kernel_width,
                         [](float value) { return value != 0; });
  }

  // Windows of few rows: down straight from the image, then across.
  void lowBand(const RunContext& context, int64_t first, int64_t end, T* scratch) const {
    const T* x = static_cast<const T*>(context.values[x_.id]);
    T* y = static_cast<T*>(context.values[y_.id]);
    T* found = scratch + lead_;
    ImageRows<T> image(g_, x, border_value_, scratch + stride_, first - g_.anchor_y);
    for (int64_t row = first; row < end; ++row) {
      const T* window[kDirect];
      image.window(row - g_.anchor_y, window);
      const void* terms[kDirect];
      std::copy_n(window, g_.kernel_height, terms);
      kernel_({terms, g_.kernel_height, found + rows_.before(), rows_.inner()});
      rows_.fillSides(border_value_, found);
      slide(kernel_, found, g_.kernel_width, g_.channels, y + row * rows_.inner(), rows_.inner());
    }
  }

  // First down all columns of the block, whose rows lie one behind the other, then across each row.
  void rectangleBlock(const RunContext& context, int64_t first, int64_t end, T* scratch) const {
    const T* x = static_cast<const T*>(context.values[x_.id]);
    T* y = static_cast<T*>(context.values[y_.id]) + first * rows_.inner();
    const int64_t rows = end - first;
    for (int64_t i = 0; i < rows + g_.kernel_height - 1; ++i) {
      fillRow(rows_, first - g_.anchor_y + i, border_value_, x, scratch + i * stride_);
    }
    slide(kernel_, scratch, g_.kernel_height, stride_, scratch, rows * stride_);
    for (int64_t i = 0; i < rows; ++i) {
      slide(kernel_, scratch + i * stride_, g_.kernel_width, g_.channels, y + i * rows_.inner(),
            rows_.inner());
    }
  }

  void maskedBand(const RunContext& context, int64_t first, int64_t end, char* scratch) const {
    T* ring_rows = reinterpret_cast<T*>(scratch);
    const void** found = reinterpret_cast<const void**>(ring_rows + (block_ + g_.kernel_height) * stride_);
    const T** window = reinterpret_cast<const T**>(found + int64_t{g_.kernel_height} * g_.kernel_width);
    RowRing<T> ring(ring_rows, stride_, g_.kernel_height, first - g_.anchor_y);
    const T* x = static_cast<const T*>(context.values[x_.id]);
    T* y = static_cast<T*>(context.values[y_.id]);
    const auto fill = [&](int64_t place, T* row) { fillRow(rows_, place, border_value_, x, row); };
    for (int64_t row = first; row < end; ++row) {
      ring.rows(row - g_.anchor_y, g_.kernel_height, window, fill);
      const float* mask = context.f32(mask_);
      int64_t count = 0;
      for (int32_t i = 0; i < g_.kernel_height; ++i) {
        for (int32_t j = 0; j < g_.kernel_width; ++j) {
          if (*mask++ != 0) found[count++] = window[i] + int64_t{j} * g_.channels;
        }
      }
      // A mask in shared memory may be emptied meanwhile.
      if (count == 0) found[count++] = window[0];
      kernel_({found, count, y + row * rows_.inner(), rows_.inner()});
    }
  }

  const ImageWindowGeometry g_;
  const ExtremeKernel kernel_;
  const BorderedRows rows_;
  const int64_t lead_, stride_, block_;
  const Value x_, mask_, y_;
  const T border_value_;
};

template <class T>
std::unique_ptr<Op> make(const ImageWindowGeometry& geometry, ExtremeKernel kernel, const Value& x,
                         const Value& mask, const Value& y, double border_value) {
  return std::make_unique<ImageExtremeOp<T>>(geometry, kernel, x, mask, y, border_value);
}

}  // namespace

std::unique_ptr<Op> makeImageExtremeOp(const ImageWindowGeometry& geometry, SlotType type, bool largest,
                                       const Value& x, const Value& mask, const Value& y, double border_value,
                                       Isa isa) {
  const RankKernelsOf& kernels = rankKernels(isa).of[static_cast<int>(type)];
  const ExtremeKernel kernel = largest ? kernels.largest : kernels.smallest;
  if (type == SlotType::kUint8) return make<uint8_t>(geometry, kernel, x, mask, y, border_value);
  if (type == SlotType::kUint16) return make<uint16_t>(geometry, kernel, x, mask, y, border_value);
  return make<float>(geometry, kernel, x, mask, y, border_value);
}

}  // namespace convkit
