#include "ops/reorder.h"

#include <algorithm>
#include <cstring>

#include "kernels/layout/layout.h"
#include "ops/rows.h"
#include "ops/streaming.h"

namespace convkit {
namespace {

// A run of pixels of some channels, on either side: where channel 0's first pixel is, and how far
// the next channel and the next pixel are.
struct Run {
  const float* from;
  int64_t from_channel, from_pixel;
  float* to;
  int64_t to_channel, to_pixel;
  bool streams;
};

void copyScalar(const Run& run, int64_t channels, int64_t pixels) {
  for (int64_t c = 0; c < channels; ++c) {
    const float* from = run.from + c * run.from_channel;
    float* to = run.to + c * run.to_channel;
    for (int64_t p = 0; p < pixels; ++p) to[p * run.to_pixel] = from[p * run.from_pixel];
  }
}

void copyRun(const Run& run, int64_t channels, int64_t pixels, const LayoutKernels& kernels) {
  if (run.from_channel == 1 && run.to_channel == 1) {
    for (int64_t p = 0; p < pixels; ++p) {
      std::memcpy(run.to + p * run.to_pixel, run.from + p * run.from_pixel, channels * sizeof(float));
    }
  } else if (run.from_pixel == 1 && run.to_pixel == 1) {
    for (int64_t c = 0; c < channels; ++c) {
      std::memcpy(run.to + c * run.to_channel, run.from + c * run.from_channel, pixels * sizeof(float));
    }
  } else if (run.from_pixel == 1 && run.to_channel == 1) {
    kernels.transpose({run.from, run.from_channel, run.to, run.to_pixel, channels, pixels, channels, 0});
  } else if (run.from_channel == 1 && run.to_pixel == 1) {
    kernels.transpose({run.from, run.from_pixel, run.to, run.to_channel, pixels, channels, pixels, 0, nullptr,
                       run.streams});
  } else {
    copyScalar(run, channels, pixels);
  }
}

int64_t channelStride(const Layout& layout) { return layout.block == 1 ? layout.blockStride() : 1; }

// Pixels that are walked together: few enough that the target's lines stay in the first-level cache.
constexpr int64_t kRunPixels = 128;

// A tensor cut into (image, channel block of the wider-blocked side, stretch of pixels in a row).
class ReorderOp : public Op {
 public:
  ReorderOp(Value x, Value y, Isa isa, bool streams)
      : x_(x), y_(y), kernels_(layoutKernels(isa)), streams_(streams) {
    const Dims& dims = y_.layout.dims;
    const bool flat = x_.layout.adjoiningRows() && y_.layout.adjoiningRows();
    rows_ = flat ? 1 : int64_t{dims.space.d} * dims.space.h;
    row_pixels_ = flat ? dims.space.volume() : dims.space.w;
    block_ = std::max(x_.layout.block, y_.layout.block);
    if (block_ == 1) block_ = 16;
    blocks_ = (dims.c + block_ - 1) / block_;
  }

  void run(const RunContext& context) const override {
    const int64_t stretches = (row_pixels_ + kRunPixels - 1) / kRunPixels;
    // Rows are grouped so that a chunk is worth handing out.
    const int64_t group = std::max<int64_t>(1, 512 / row_pixels_);
    const int64_t groups = (rows_ + group - 1) / group;
    const int64_t chunks = y_.layout.dims.n * int64_t{blocks_} * groups * stretches;
    const double floats = static_cast<double>(block_ * group * std::min(kRunPixels, row_pixels_));
    forEachRow(context, chunks, floats, [&](int64_t chunk, int) {
      const int64_t stretch = takeAxis(chunk, stretches);
      const int64_t first_row = takeAxis(chunk, groups) * group;
      const int64_t block = takeAxis(chunk, blocks_);
      for (int64_t row = first_row; row < std::min(first_row + group, rows_); ++row) {
        copyStretch(context, chunk, block, row, stretch * kRunPixels);
      }
    });
  }

 private:
  int64_t offset(const Layout& layout, int64_t image, int64_t channel, int64_t row, int64_t pixel) const {
    const int64_t h = layout.dims.space.h;
    const int64_t at_row = rows_ == 1 ? 0 : row / h * layout.sliceStride() + row % h * layout.rowStride();
    return image * layout.imageStride() + channel / layout.block * layout.blockStride() +
           channel % layout.block + layout.origin() + at_row + pixel * layout.pixelStride();
  }

  void copyStretch(const RunContext& context, int64_t image, int64_t block, int64_t row,
                   int64_t pixel) const {
    const int64_t first = block * block_;
    const int64_t channels = std::min<int64_t>(block_, y_.layout.dims.c - first);
    const int64_t pixels = std::min(kRunPixels, row_pixels_ - pixel);
    Run run;
    run.from = context.f32(x_) + offset(x_.layout, image, first, row, pixel);
    run.from_channel = channelStride(x_.layout);
    run.from_pixel = x_.layout.pixelStride();
    run.to = context.f32(y_) + offset(y_.layout, image, first, row, pixel);
    run.to_channel = channelStride(y_.layout);
    run.to_pixel = y_.layout.pixelStride();
    run.streams = streams_ && isStreamAligned(run.to);
    copyRun(run, channels, pixels, kernels_);
  }

  Value x_, y_;
  const LayoutKernels& kernels_;
  const bool streams_;
  int64_t rows_, row_pixels_;
  int32_t block_, blocks_;
};

// Gathers single channels: pixels of one target block at a time, lane by lane.
class ExpandOp : public Op {
 public:
  ExpandOp(Value x, Value y, std::vector<int32_t> sources) : x_(x), y_(y), sources_(std::move(sources)) {}

  void run(const RunContext& context) const override {
    const Dims& dims = y_.layout.dims;
    const int64_t rows = int64_t{dims.space.d} * dims.space.h;
    const int64_t chunks = int64_t{dims.n} * y_.layout.blocks() * rows;
    parallelFor(chunks, worthwhileThreads(context, dims.size()), context.cancelled, [&](int64_t chunk, int) {
      const int64_t row = chunk % rows;
      const int64_t block = chunk / rows % y_.layout.blocks();
      expandRow(context, chunk / rows / y_.layout.blocks(), block, row);
    });
  }

  size_t residentBytes() const override { return sources_.size() * sizeof(int32_t); }

 private:
  void expandRow(const RunContext& context, int64_t image, int64_t block, int64_t row) const {
    const int64_t h = y_.layout.dims.space.h, lanes = y_.layout.block, width = y_.layout.dims.space.w;
    auto rowOffset = [&](const Layout& layout) {
      return image * layout.imageStride() + layout.origin() + row / h * layout.sliceStride() +
             row % h * layout.rowStride();
    };
    float* to = context.f32(y_) + rowOffset(y_.layout) + block * y_.layout.blockStride();
    const float* base = context.f32(x_) + rowOffset(x_.layout);
    for (int64_t lane = 0; lane < lanes; ++lane) {
      const int32_t source = sources_[block * lanes + lane];
      if (source < 0) {
        for (int64_t w = 0; w < width; ++w) to[w * lanes + lane] = 0.0f;
        continue;
      }
      const Layout& x = x_.layout;
      const float* from = base + source / x.block * x.blockStride() + source % x.block;
      for (int64_t w = 0; w < width; ++w) to[w * lanes + lane] = from[w * x.pixelStride()];
    }
  }

  Value x_, y_;
  std::vector<int32_t> sources_;
};

class ZeroHaloOp : public Op {
 public:
  explicit ZeroHaloOp(Value y) : y_(y) {}

  void run(const RunContext& context) const override {
    const Layout& y = y_.layout;
    const int64_t planes = int64_t{y.dims.n} * y.blocks();
    const int threads = worthwhileThreads(context, planes * y.dims.space.h * 64);
    parallelFor(planes, threads, context.cancelled,
                [&](int64_t plane, int) { zeroPlane(context.f32(y_) + y.planeStart(plane)); });
  }

 private:
  void zeroPlane(float* plane) const {
    const Layout& y = y_.layout;
    const Extent3& space = y.dims.space;
    std::fill_n(plane, y.halo.front * y.sliceStride(), 0.0f);
    plane += y.halo.front * y.sliceStride();
    for (int32_t d = 0; d < space.d; ++d, plane += y.sliceStride()) zeroSlice(plane);
    std::fill_n(plane, y.halo.back * y.sliceStride(), 0.0f);
  }

  void zeroSlice(float* slice) const {
    const Layout& y = y_.layout;
    const int64_t left = int64_t{y.halo.left} * y.block, right = int64_t{y.halo.right} * y.block;
    std::fill_n(slice, y.halo.top * y.rowStride(), 0.0f);
    float* row = slice + y.halo.top * y.rowStride();
    for (int32_t h = 0; h < y.dims.space.h; ++h, row += y.rowStride()) {
      std::fill_n(row, left, 0.0f);
      std::fill_n(row + y.rowStride() - right, right, 0.0f);
    }
    std::fill_n(row, y.halo.bottom * y.rowStride(), 0.0f);
  }

  Value y_;
};

}  // namespace

std::unique_ptr<Op> makeReorderOp(Value x, Value y, Isa isa) {
  return std::make_unique<ReorderOp>(x, y, isa, false);
}

std::unique_ptr<Op> makeStreamedReorderOp(Value x, Value y, Isa isa) {
  return std::make_unique<ReorderOp>(x, y, isa, keepsAlignment(y.layout.blockStride()));
}

std::unique_ptr<Op> makeExpandOp(Value x, Value y, std::vector<int32_t> sources) {
  return std::make_unique<ExpandOp>(x, y, std::move(sources));
}

std::unique_ptr<Op> makeZeroHaloOp(Value y) { return std::make_unique<ZeroHaloOp>(y); }

}  // namespace convkit
