#include "ops/image_smooth.h"

#include <algorithm>

#include "kernels/filter/filter.h"
#include "ops/image_border.h"
#include "ops/row_bands.h"
#include "ops/row_ring.h"

namespace convkit {
namespace {

constexpr int kMostTerms = kLargestSmoothRadius + 1;

class ImageSmoothOp final : public Op {
 public:
  ImageSmoothOp(const ImageWindowGeometry& geometry, const Value& x, const SmoothWeights& weights,
                const Value& y, double border_value, Isa isa)
      : g_(geometry),
        kernels_(filterKernels(isa)),
        rows_(geometry),
        stride_(ringStride(rows_.values(), sizeof(int16_t))),
        x_(x),
        y_(y),
        weights_(weights),
        border_value_(static_cast<int16_t>(std::clamp(border_value, 0.0, 255.0) * 64)) {}

  void run(const RunContext& context) const override {
    const double operations =
        static_cast<double>(rows_.values()) * (g_.kernel_height + g_.kernel_width + 8) / 8;
    forEachBand(context, g_.height, operations, g_.kernel_height - 1,
                [&](int64_t first, int64_t end, int participant) {
                  smoothBand(context, first, end,
                             reinterpret_cast<int16_t*>(context.threadScratch(participant)));
                });
  }

  size_t threadScratchBytes() const override {
    return static_cast<size_t>((g_.kernel_height + 2) * stride_) * sizeof(int16_t);
  }

 private:
  void smoothBand(const RunContext& context, int64_t first, int64_t end, int16_t* scratch) const {
    int16_t row_weights[kMostTerms], column_weights[kMostTerms];
    const int down = readWeights(context.f32(weights_.rows), g_.anchor_y, row_weights);
    const int across = readWeights(context.f32(weights_.columns), g_.anchor_x, column_weights);
    int16_t* summed = scratch + g_.kernel_height * stride_;
    int16_t* result = summed + stride_;
    RowRing<int16_t> ring(scratch, stride_, g_.kernel_height, first - g_.anchor_y);
    const uint8_t* x = static_cast<const uint8_t*>(context.values[x_.id]);
    uint8_t* y = static_cast<uint8_t*>(context.values[y_.id]);
    const auto fill = [&](int64_t place, int16_t* row) {
      rows_.fill(place, border_value_, row, [&](int64_t from, int64_t count, int16_t* to) {
        kernels_.widen_fixed(x + from, count, to);
      });
    };
    for (int64_t row = first; row < end; ++row) {
      const int16_t* window[2 * kMostTerms];
      ring.rows(row - g_.anchor_y, g_.kernel_height, window, fill);
      const int16_t *before[kMostTerms], *after[kMostTerms];
      for (int k = 0; k < down; ++k) {
        before[k] = window[g_.anchor_y - k];
        after[k] = window[g_.anchor_y + k];
      }
      kernels_.mirrored({before, after, down, row_weights, summed, rows_.values()});
      for (int k = 0; k < across; ++k) {
        before[k] = summed + rows_.before() - int64_t{k} * g_.channels;
        after[k] = summed + rows_.before() + int64_t{k} * g_.channels;
      }
      kernels_.mirrored({before, after, across, column_weights, result, rows_.inner()});
      kernels_.narrow_fixed(result, rows_.inner(), y + row * rows_.inner());
    }
  }

  // Numbers that are no weights would give wrong pixels, and nothing worse.
  static int readWeights(const float* values, int32_t radius, int16_t* weights) {
    constexpr float kMost = INT16_MAX;
    for (int32_t k = 0; k <= radius; ++k) {
      weights[k] = static_cast<int16_t>(values[k] >= 0 ? std::min(values[k], kMost) : 0.0f);
    }
    return radius + 1;
  }

  const ImageWindowGeometry g_;
  const FilterKernels& kernels_;
  const BorderedRows rows_;
  const int64_t stride_;
  const Value x_, y_;
  const SmoothWeights weights_;
  const int16_t border_value_;
};

}  // namespace

std::unique_ptr<Op> makeImageSmoothOp(const ImageWindowGeometry& geometry, const Value& x,
                                      const SmoothWeights& weights, const Value& y, double border_value,
                                      Isa isa) {
  return std::make_unique<ImageSmoothOp>(geometry, x, weights, y, border_value, isa);
}

}  // namespace convkit
