#include "ops/narrow_conv.h"

#include <algorithm>
#include <vector>

#include "core/cpu.h"
#include "kernels/narrow/narrow.h"
#include "ops/rows.h"
#include "ops/streaming.h"

namespace convkit {
namespace {

// Output channels that one call computes: 4, 2 or 1, by their logarithm.
struct OutTile {
  int32_t first;
  int log;
  int32_t channels() const { return 1 << log; }
};

std::vector<OutTile> outTiles(int32_t channels, int widest_log) {
  std::vector<OutTile> tiles;
  for (int32_t first = 0; first < channels; first += tiles.back().channels()) {
    int log = widest_log;
    while ((1 << log) > channels - first) --log;
    tiles.push_back({first, log});
  }
  return tiles;
}

NarrowKernelSize kernelSizeOf(const ConvGeometry& g) {
  const Window& w = g.window;
  // Rows are shared between neighbouring outputs where one step leads to both.
  const bool square =
      w.kernel.h == w.kernel.w && w.stride.h == w.stride.w && w.dilation.h == 1 && w.dilation.w == 1;
  if (!square || w.output.h == 1) return kAnyKernel;
  switch (w.kernel.h) {
    case 3:
      return kKernel3;
    case 5:
      return kKernel5;
    case 7:
      return g.outPerGroup() == 1 ? kKernel7 : kAnyKernel;
    default:
      return kAnyKernel;
  }
}

std::vector<OutTile> outTilesOf(const ConvGeometry& g) { return outTiles(g.outPerGroup(), 2); }

class NarrowConvOp final : public Op {
 public:
  NarrowConvOp(const ConvGeometry& geometry, const Activation& activation, const NarrowConvOperands& operands,
               Isa isa)
      : geometry_(geometry), activation_(activation), operands_(operands), tiles_(outTilesOf(geometry)) {
    const Window& w = geometry_.window;
    const NarrowKernels& kernels = narrowKernels(isa);
    for (int log = 0; log < 3; ++log)
      kernels_[log] = kernels.rows[kernelSizeOf(geometry_)][w.stride.w - 1][log];
    zeros_.resize(w.input.w);
    findPixels(kernels.lanes);
    shape_ = {geometry_.inPerGroup(),
              w.input.h,
              w.input.w,
              w.output.h,
              w.output.w,
              w.kernel.h,
              w.kernel.w,
              w.stride.h,
              w.dilation.h,
              w.dilation.w,
              w.pad_top,
              w.pad_left,
              inner_begin_,
              inner_end_,
              pixels_.data(),
              zeros_.data(),
              false,
              false};
    const Layout& y = operands_.y.layout;
    streams_ =
        streamsPastCaches(y, kernels.lanes) && keepsAlignment(w.output.w) && isClampKind(activation_.kind);
    shape_.fetch_outputs = !streams_ && leavesCache();
    row_operations_ =
        int64_t{w.output.w} * w.kernel.h * w.kernel.w * geometry_.inPerGroup() * geometry_.outPerGroup();
    band_ = bandRows();
  }

  // Chunks are bands of rows of one group of one image.
  void run(const RunContext& context) const override {
    const int64_t height = geometry_.window.output.h, bands = (height + band_ - 1) / band_;
    const double operations =
        static_cast<double>(row_operations_) * static_cast<double>(std::min(band_, height));
    forEachRow(context, bands * geometry_.groups * geometry_.batch, operations, [&](int64_t chunk, int) {
      const int64_t band = takeAxis(chunk, bands);
      const int64_t group = takeAxis(chunk, geometry_.groups);
      runBand(context, chunk, group, band * band_);
    });
  }

  size_t residentBytes() const override {
    return zeros_.size() * sizeof(float) + pixels_.size() * sizeof(uint32_t) +
           tiles_.size() * sizeof(OutTile);
  }

 private:
  // Which pixels of each load lie in their row, and the vectors that need no mask.
  void findPixels(int lanes) {
    const Window& w = geometry_.window;
    const int32_t vectors = (w.output.w + lanes - 1) / lanes, width = lanes * w.stride.w;
    const uint32_t all = static_cast<uint32_t>((uint64_t{1} << width) - 1);
    inner_begin_ = vectors;
    inner_end_ = 0;
    for (int32_t vector = 0; vector < vectors; ++vector) {
      bool inner = true;
      for (int32_t kw = 0; kw < w.kernel.w; ++kw) {
        const int64_t first = int64_t{vector} * width + int64_t{kw} * w.dilation.w - w.pad_left;
        uint32_t inside = 0;
        for (int32_t i = 0; i < width; ++i) {
          if (first + i >= 0 && first + i < w.input.w) inside |= uint32_t{1} << i;
        }
        pixels_.push_back(inside);
        inner = inner && inside == all;
      }
      if (!inner) continue;
      inner_begin_ = std::min(inner_begin_, vector);
      inner_end_ = vector + 1;
    }
  }

  // A lone convolution's result lies where some earlier one lay, long since evicted. Fetching it ahead,
  // depthwise 3×3 of 32 channels on 112² takes 0.25 ms instead of 0.31; where the result is in the cache all
  // the same, 5 % more.
  bool leavesCache() const {
    const int64_t bytes = operands_.y.layout.size() * static_cast<int64_t>(sizeof(float));
    return bytes >= static_cast<int64_t>(cacheSizes().l2 / 2);
  }

  // A band's input stays in half of a small first-level cache for all its output channels.
  int64_t bandRows() const {
    constexpr int64_t kBandFloats = 4096, kTileRows = 4;
    const Window& w = geometry_.window;
    const int64_t row = int64_t{w.input.w} * w.stride.h * geometry_.inPerGroup();
    const int64_t rows = std::max(kTileRows, kBandFloats / row / kTileRows * kTileRows);
    return std::min<int64_t>(rows, w.output.h);
  }

  void runBand(const RunContext& context, int64_t image, int64_t group, int64_t first_row) const {
    const ConvGeometry& g = geometry_;
    const Window& w = g.window;
    const int64_t plane = int64_t{w.output.h} * w.output.w,
                  steps = int64_t{g.inPerGroup()} * w.kernel.h * w.kernel.w;
    NarrowShape shape = shape_;
    shape.stream = streams_ && isStreamAligned(context.f32(operands_.y));
    NarrowArgs args{};
    args.shape = &shape;
    args.x = context.f32(operands_.x) +
             (image * g.in_channels + group * g.inPerGroup()) * int64_t{w.input.h} * w.input.w;
    args.first_row = static_cast<int32_t>(first_row);
    args.rows = static_cast<int32_t>(std::min<int64_t>(band_, w.output.h - first_row));
    for (const OutTile& tile : tiles_) {
      const int64_t channel = group * g.outPerGroup() + tile.first;
      const int64_t at = (image * g.out_channels + channel) * plane;
      float slopes[kMaxNarrowOut];
      const Epilogue epilogue = epilogueOf(context, channel, tile.channels(), slopes);
      args.weights = context.f32(operands_.weights) + channel * steps;
      args.y = context.f32(operands_.y) + at;
      args.residual = operands_.residual.present() ? context.f32(operands_.residual) + at : nullptr;
      args.epilogue = &epilogue;
      kernels_[tile.log](args);
    }
  }

  Epilogue epilogueOf(const RunContext& context, int64_t channel, int32_t count, float* slopes) const {
    Epilogue epilogue{activation_.kind, activation_.alpha, activation_.beta, nullptr, nullptr, true};
    if (operands_.bias.present()) epilogue.bias = context.f32(operands_.bias) + channel;
    if (operands_.slope.present()) {
      const float* slope = context.f32(operands_.slope);
      const bool shared = operands_.slope.layout.dims.c == 1;
      for (int32_t o = 0; o < count; ++o) slopes[o] = slope[shared ? 0 : channel + o];
      epilogue.slope = slopes;
    }
    return epilogue;
  }

  const ConvGeometry geometry_;
  const Activation activation_;
  const NarrowConvOperands operands_;
  const std::vector<OutTile> tiles_;
  NarrowKernel kernels_[3];
  std::vector<float> zeros_;
  std::vector<uint32_t> pixels_;
  int32_t inner_begin_, inner_end_;
  NarrowShape shape_;
  int64_t row_operations_, band_;
  bool streams_;
};

}  // namespace

bool narrowFits(const ConvGeometry& g) {
  const Window& w = g.window;
  return g.in_channels > 0 && w.input.d == 1 && w.kernel.d == 1 && w.pad_front == 0 && w.pad_back == 0 &&
         w.stride.w <= kMaxNarrowStride;
}

bool narrowSharesRows(const ConvGeometry& g) { return kernelSizeOf(g) != kAnyKernel; }

Packing narrowWeightPacking(const ConvGeometry& g) {
  const int64_t height = g.window.kernel.h, width = g.window.kernel.w,
                steps = g.inPerGroup() * height * width;
  const int64_t per_group = g.outPerGroup();
  const bool rows_first = kernelSizeOf(g) == kAnyKernel;
  Packing packing;
  packing.size = g.out_channels * steps;
  packing.pieces = g.groups;
  packing.pack = [=, tiles = outTilesOf(g)](const float* source, float* packed, int64_t group) {
    for (const OutTile& tile : tiles) {
      const float* from = source + (group * per_group + tile.first) * steps;
      float* target = packed + (group * per_group + tile.first) * steps;
      for (int64_t step = 0; step < steps; ++step) {
        const int64_t ic = step / (height * width), i = step % (height * width);
        // Position i of a channel's kernel, in the order of the sums.
        const int64_t tap = rows_first ? i : i % height * width + i / height;
        for (int32_t o = 0; o < tile.channels(); ++o) *target++ = from[o * steps + ic * height * width + tap];
      }
    }
  };
  return packing;
}

std::unique_ptr<Op> makeNarrowConvOp(const ConvGeometry& geometry, const Activation& activation,
                                     const NarrowConvOperands& operands, Isa isa) {
  return std::make_unique<NarrowConvOp>(geometry, activation, operands, isa);
}

}  // namespace convkit
