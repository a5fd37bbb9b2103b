#include "ops/image_filter.h"

#include <algorithm>

#include "kernels/filter/filter.h"
#include "ops/image_border.h"
#include "ops/image_whole.h"
#include "ops/row_bands.h"
#include "ops/row_ring.h"

namespace convkit {
namespace {

// Rows of the output that a kernel sums at once; rows for which the ring holds what is under their windows;
// and values of a row that are done before the next. A stretch of all the block's rows stays in the
// first-level cache, up to windows of some 15 rows.
constexpr int kRows = kMostFilterRows;
constexpr int64_t kBlock = 8;
constexpr int64_t kStretch = 512;

// A part of one row of the output, or of two, one below the other.
struct Part {
  const float* const* x;  // the rows under their windows
  int rows;
  int64_t first, count;  // values
};

// What all filters in float32 share: a ring of widened rows, parts of the output in turn, and their way back
// to pixels.
class FloatFilterOp : public Op {
 public:
  FloatFilterOp(const ImageWindowGeometry& geometry, const ImageTypes& types, const Value& x, const Value& y,
                double border_value, Isa isa)
      : g_(geometry),
        kernels_(filterKernels(isa)),
        rows_(geometry),
        stride_(ringStride(rows_.values() + kSumsTile, sizeof(float))),
        places_(g_.kernel_height + kBlock - 1),
        part_stride_(ringStride(kStretch + rows_.values() - rows_.inner() + kSumsTile, sizeof(float))),
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
    const int64_t floats = places_ * stride_ + 2 * kRows * part_stride_;
    return static_cast<size_t>(floats) * sizeof(float) + static_cast<size_t>(places_) * sizeof(float*);
  }

 protected:
  // Writes the sums of a part; `scratch` has kRows rows, partStride() apart.
  virtual void sum(const RunContext& context, const Part& part, float* scratch, float* const* y) const = 0;
  virtual double operationsPerRow() const = 0;
  int64_t partStride() const { return part_stride_; }

  const ImageWindowGeometry g_;
  const FilterKernels& kernels_;
  const BorderedRows rows_;

 private:
  void filterBand(const RunContext& context, int64_t first, int64_t end, float* scratch) const {
    float* parts = scratch + places_ * stride_;
    const float** window = reinterpret_cast<const float**>(parts + 2 * kRows * part_stride_);
    RowRing<float> ring(scratch, stride_, places_, first - g_.anchor_y);
    const char* x = static_cast<const char*>(context.values[x_.id]);
    const auto fill = [&](int64_t place, float* row) {
      rows_.fill(place, border_value_, row,
                 [&](int64_t from, int64_t count, float* to) { widen_(x + from * x_bytes_, count, to); });
    };
    for (int64_t row = first; row < end; row += kBlock) {
      const int64_t rows = std::min(kBlock, end - row);
      ring.rows(row - g_.anchor_y, rows + g_.kernel_height - 1, window, fill);
      for (int64_t at = 0; at < rows_.inner(); at += kStretch) {
        const int64_t count = std::min(kStretch, rows_.inner() - at);
        for (int64_t r = 0; r < rows; r += kRows) {
          const Part part{window + r, static_cast<int>(std::min<int64_t>(kRows, rows - r)), at, count};
          filterPart(context, part, (row + r) * rows_.inner() + at, parts);
        }
      }
    }
  }

  // `to` is where the part begins in the output.
  void filterPart(const RunContext& context, const Part& part, int64_t to, float* scratch) const {
    float* sums = scratch + kRows * part_stride_;
    float* y[kRows];
    for (int r = 0; r < part.rows; ++r) {
      y[r] = writes_floats_ ? context.f32(y_) + to + r * rows_.inner() : sums + r * part_stride_;
    }
    sum(context, part, scratch, y);
    if (writes_floats_) return;
    char* pixels = static_cast<char*>(context.values[y_.id]) + to * y_bytes_;
    for (int r = 0; r < part.rows; ++r) narrow_(y[r], part.count, pixels + r * rows_.inner() * y_bytes_);
  }

  const int64_t stride_, places_, part_stride_;
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
  void sum(const RunContext& context, const Part& part, float*, float* const* y) const override {
    FilterSumsArgs args{};
    args.x = part.x;
    args.offset = part.first;
    std::copy_n(y, part.rows, args.y);
    args.count = part.count;
    args.rows = part.rows;
    args.kernel_rows = g_.kernel_height;
    args.taps = g_.kernel_width;
    args.step = g_.channels;
    args.weights = context.f32(weights_);
    args.start = delta_;
    kernels_.sums(args);
  }

  double operationsPerRow() const override {
    return static_cast<double>(rows_.inner()) *
           (4.0 + static_cast<double>(g_.kernel_height) * g_.kernel_width) / 4;
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
  void sum(const RunContext& context, const Part& part, float* scratch, float* const* y) const override {
    FilterSumsArgs down{};
    down.x = part.x;
    down.offset = part.first;
    for (int r = 0; r < part.rows; ++r) down.y[r] = scratch + r * partStride();
    // To the end of a tile, whatever lies there in the ring.
    down.count = roundedUp(part.count + int64_t{g_.kernel_width - 1} * g_.channels, kSumsTile);
    down.rows = part.rows;
    down.kernel_rows = g_.kernel_height;
    down.taps = 1;
    down.weights = context.f32(weights_.rows);
    kernels_.sums(down);
    for (int r = 0; r < part.rows; ++r) {
      const float* summed = down.y[r];
      FilterSumsArgs across{};
      across.x = &summed;
      across.y[0] = y[r];
      across.count = part.count;
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

 private:
  const SeparableWeights weights_;
  const float delta_;
};

// In whole numbers where that gives the same.
class ImageDerivativeOp final : public ImageSeparableOp {
 public:
  ImageDerivativeOp(const ImageWindowGeometry& geometry, const ImageTypes& types, const Value& x,
                    const SeparableWeights& weights, const Value& y, const double* border_and_delta, Isa isa)
      : ImageSeparableOp(geometry, types, x, weights, y, border_and_delta[0], border_and_delta[1], isa),
        whole_(geometry, x, weights, y, border_and_delta, isa) {}

  void run(const RunContext& context) const override {
    whole_.fits(context) ? whole_.run(context) : ImageSeparableOp::run(context);
  }

  size_t threadScratchBytes() const override {
    return std::max(whole_.threadScratchBytes(), ImageSeparableOp::threadScratchBytes());
  }

 private:
  const WholeSeparable whole_;
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
  void sum(const RunContext& context, const Part& part, float* scratch, float* const* y) const override {
    ImageSeparableOp::sum(context, part, scratch, y);
    for (int r = 0; r < part.rows; ++r) {
      const float* x = part.x[g_.anchor_y + r] + rows_.before() + part.first;
      kernels_.sharpen({x, y[r], y[r], part.count, amount_, threshold_});
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
  if (WholeSeparable::possible(geometry, types, border_and_delta))
    return std::make_unique<ImageDerivativeOp>(geometry, types, x, weights, y, border_and_delta, isa);
  return std::make_unique<ImageSeparableOp>(geometry, types, x, weights, y, border_and_delta[0],
                                            border_and_delta[1], isa);
}

std::unique_ptr<Op> makeImageSharpenOp(const ImageWindowGeometry& geometry, const ImageTypes& types,
                                       const Value& x, const SeparableWeights& weights, const Value& y,
                                       const double* border_amount_threshold, Isa isa) {
  return std::make_unique<ImageSharpenOp>(geometry, types, x, weights, y, border_amount_threshold, isa);
}

}  // namespace convkit
