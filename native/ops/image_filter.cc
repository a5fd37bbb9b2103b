#include "ops/image_filter.h"

#include <algorithm>

#include "kernels/filter/filter.h"
#include "ops/image_border.h"
#include "ops/row_bands.h"
#include "ops/row_ring.h"

namespace convkit {
namespace {

// Output rows that a kernel sums at once.
constexpr int kRows = kMostFilterRows;

// What all filters in float32 share: a ring of widened rows, and sums of two rows of the output at a time.
class FloatFilterOp : public Op {
 public:
  FloatFilterOp(const ImageWindowGeometry& geometry, const ImageTypes& types, const Value& x, const Value& y,
                double border_value, Isa isa)
      : g_(geometry),
        kernels_(filterKernels(isa)),
        rows_(geometry),
        stride_(ringStride(rows_.values(), sizeof(float))),
        places_(g_.kernel_height + kRows - 1),
        x_(x),
        y_(y),
        x_bytes_(bytesPerValue(types.x)),
        y_bytes_(bytesPerValue(types.y)),
        widen_(kernels_.widen[static_cast<int>(types.x)]),
        narrow_(kernels_.narrow[static_cast<int>(types.y)]),
        writes_floats_(types.y == SlotType::kFloat32),
        border_value_(static_cast<float>(border_value)) {}

  void run(const RunContext& context) const override {
    forEachBand(context, g_.height, operationsPerRow(), g_.kernel_height - 1,
                [&](int64_t first, int64_t end, int participant) {
                  float* scratch = reinterpret_cast<float*>(context.threadScratch(participant));
                  filterBand(context, first, end, scratch);
                });
  }

  size_t threadScratchBytes() const override {
    const int64_t rows = places_ + kRows + extraRows();
    return static_cast<size_t>(rows * stride_) * sizeof(float) +
           static_cast<size_t>(places_) * sizeof(float*);
  }

 protected:
  // Rows of the image under the windows of `rows` rows of the output.
  struct Source {
    const float* const* x;
    int rows;
    float* extra;  // extraRows() rows of scratch
  };

  virtual void sum(const RunContext& context, const Source& source, float* const* y) const = 0;
  virtual double operationsPerRow() const = 0;
  virtual int64_t extraRows() const { return 0; }

  const ImageWindowGeometry g_;
  const FilterKernels& kernels_;
  const BorderedRows rows_;
  const int64_t stride_;

 private:
  void filterBand(const RunContext& context, int64_t first, int64_t end, float* scratch) const {
    float* results = scratch + places_ * stride_;
    float* extra = results + kRows * stride_;
    const float** pointers = reinterpret_cast<const float**>(extra + extraRows() * stride_);
    RowRing<float> ring(scratch, stride_, places_, first - g_.anchor_y);
    const char* x = static_cast<const char*>(context.values[x_.id]);
    const auto fill = [&](int64_t place, float* row) {
      rows_.fill(place, border_value_, row,
                 [&](int64_t from, int64_t count, float* to) { widen_(x + from * x_bytes_, count, to); });
    };
    for (int64_t row = first; row < end; row += kRows) {
      const int rows = static_cast<int>(std::min<int64_t>(kRows, end - row));
      ring.rows(row - g_.anchor_y, rows + g_.kernel_height - 1, pointers, fill);
      float* y[kRows];
      for (int r = 0; r < rows; ++r)
        y[r] = writes_floats_ ? resultRow(context, row + r) : results + r * stride_;
      sum(context, {pointers, rows, extra}, y);
      for (int r = 0; r < rows && !writes_floats_; ++r) {
        narrow_(y[r], rows_.inner(),
                static_cast<char*>(context.values[y_.id]) + (row + r) * rows_.inner() * y_bytes_);
      }
    }
  }

  float* resultRow(const RunContext& context, int64_t row) const {
    return context.f32(y_) + row * rows_.inner();
  }

  const int64_t places_;
  const Value x_, y_;
  const int64_t x_bytes_, y_bytes_;
  void (*const widen_)(const void*, int64_t, float*);
  void (*const narrow_)(const float*, int64_t, void*);
  const bool writes_floats_;
  const float border_value_;
};

class ImageFilterOp final : public FloatFilterOp {
 public:
  ImageFilterOp(const ImageWindowGeometry& geometry, const ImageTypes& types, const Value& x,
                const Value& weights, const Value& y, const double* border_and_delta, Isa isa)
      : FloatFilterOp(geometry, types, x, y, border_and_delta[0], isa),
        weights_(weights),
        delta_(static_cast<float>(border_and_delta[1])) {}

 private:
  void sum(const RunContext& context, const Source& source, float* const* y) const override {
    FilterSumsArgs args{};
    args.x = source.x;
    std::copy_n(y, source.rows, args.y);
    args.count = rows_.inner();
    args.rows = source.rows;
    args.kernel_rows = g_.kernel_height;
    args.taps = g_.kernel_width;
    args.step = g_.channels;
    args.weights = context.f32(weights_);
    args.start = delta_;
    kernels_.sums(args);
  }

  double operationsPerRow() const override {
    return static_cast<double>(rows_.inner()) * g_.kernel_height * g_.kernel_width / 4 +
           static_cast<double>(rows_.inner());
  }

  const Value weights_;
  const float delta_;
};

class ImageSeparableOp : public FloatFilterOp {
 public:
  ImageSeparableOp(const ImageWindowGeometry& geometry, const ImageTypes& types, const Value& x,
                   const SeparableWeights& weights, const Value& y, double border_value, double delta,
                   Isa isa)
      : FloatFilterOp(geometry, types, x, y, border_value, isa),
        weights_(weights),
        delta_(static_cast<float>(delta)) {}

 protected:
  void sum(const RunContext& context, const Source& source, float* const* y) const override {
    FilterSumsArgs down{};
    down.x = source.x;
    for (int r = 0; r < source.rows; ++r) down.y[r] = source.extra + r * stride_;
    down.count = rows_.values();
    down.rows = source.rows;
    down.kernel_rows = g_.kernel_height;
    down.taps = 1;
    down.weights = context.f32(weights_.rows);
    kernels_.sums(down);
    for (int r = 0; r < source.rows; ++r) {
      const float* summed = down.y[r];
      FilterSumsArgs across{};
      across.x = &summed;
      across.y[0] = y[r];
      across.count = rows_.inner();
      across.rows = 1;
      across.kernel_rows = 1;
      across.taps = g_.kernel_width;
      across.step = g_.channels;
      across.weights = context.f32(weights_.columns);
      across.start = delta_;
      kernels_.sums(across);
    }
  }

  double operationsPerRow() const override {
    return static_cast<double>(rows_.values()) * (g_.kernel_height + g_.kernel_width + 8) / 4;
  }
  int64_t extraRows() const override { return kRows; }

 private:
  const SeparableWeights weights_;
  const float delta_;
};

class ImageSharpenOp final : public ImageSeparableOp {
 public:
  ImageSharpenOp(const ImageWindowGeometry& geometry, const ImageTypes& types, const Value& x,
                 const SeparableWeights& weights, const Value& y, const double* border_amount_threshold,
                 Isa isa)
      : ImageSeparableOp(geometry, types, x, weights, y, border_amount_threshold[0], 0, isa),
        amount_(static_cast<float>(border_amount_threshold[1])),
        threshold_(static_cast<float>(border_amount_threshold[2])) {}

 private:
  void sum(const RunContext& context, const Source& source, float* const* y) const override {
    ImageSeparableOp::sum(context, source, y);
    for (int r = 0; r < source.rows; ++r) {
      const float* x = source.x[g_.anchor_y + r] + rows_.before();
      kernels_.sharpen({x, y[r], y[r], rows_.inner(), amount_, threshold_});
    }
  }

  const float amount_, threshold_;
};

}  // namespace

std::unique_ptr<Op> makeImageFilterOp(const ImageWindowGeometry& geometry, const ImageTypes& types,
                                      const Value& x, const Value& weights, const Value& y,
                                      const double* border_and_delta, Isa isa) {
  return std::make_unique<ImageFilterOp>(geometry, types, x, weights, y, border_and_delta, isa);
}

std::unique_ptr<Op> makeImageSeparableOp(const ImageWindowGeometry& geometry, const ImageTypes& types,
                                         const Value& x, const SeparableWeights& weights, const Value& y,
                                         const double* border_and_delta, Isa isa) {
  return std::make_unique<ImageSeparableOp>(geometry, types, x, weights, y, border_and_delta[0],
                                            border_and_delta[1], isa);
}

std::unique_ptr<Op> makeImageSharpenOp(const ImageWindowGeometry& geometry, const ImageTypes& types,
                                       const Value& x, const SeparableWeights& weights, const Value& y,
                                       const double* border_amount_threshold, Isa isa) {
  return std::make_unique<ImageSharpenOp>(geometry, types, x, weights, y, border_amount_threshold, isa);
}

}  // namespace convkit
