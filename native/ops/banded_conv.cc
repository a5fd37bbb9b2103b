#include "ops/banded_conv.h"

#include <algorithm>
#include <vector>

#include "ops/band_step.h"
#include "ops/tap_panels.h"

namespace convkit {
namespace {

// Where a band's first input and output rows are, and which step computes it.
struct Band {
  int64_t x_row, y_row;
  size_t step;
};

class BandedConvOp : public Op {
 public:
  BandedConvOp(const TapConvSpec& whole, const Window& window, int32_t x_block, int32_t bands)
      : whole_(whole) {
    // The higher bands first, so that threads end together.
    const int32_t height = window.output.h, each = height / bands, higher = height % bands;
    for (int32_t i = 0, first = 0; first < height; ++i) {
      const BandRows rows = bandRowsAt(window, first, each + (i < higher ? 1 : 0));
      bands_.push_back({rows.first_input, first, stepFor(rows, window, x_block)});
      first += rows.output;
    }
    const int64_t vectors = PanelSplit(whole.out_channels, productKernels(whole.isa)).vectors();
    group_channels_ = vectors * productKernels(whole.isa).lanes;
    group_weights_ = group_channels_ * whole.kernel * whole.in_channels;
    operations_ = int64_t{whole.batch} * whole.groups * window.output.volume() * group_weights_;
  }

  // Threads keep to neighbouring bands where there are enough, since bands meet within cache lines.
  void run(const RunContext& context) const override {
    constexpr int64_t kChunksEach = 8;
    const int64_t bands = static_cast<int64_t>(bands_.size());
    const int64_t all = int64_t{whole_.batch} * whole_.groups * bands;
    const int threads = worthwhileThreads(context, operations_);
    const int64_t length = std::max<int64_t>(1, all / (kChunksEach * threads));
    parallelFor((all + length - 1) / length, threads, context.cancelled, [&](int64_t chunk, int participant) {
      for (int64_t i = chunk * length; i < std::min(all, (chunk + 1) * length); ++i) {
        runBand(context, i / bands, bands_[static_cast<size_t>(i % bands)], participant);
      }
    });
  }

  size_t threadScratchBytes() const override {
    size_t bytes = 0;
    for (const BandStep& step : steps_) bytes = std::max(bytes, step.scratchBytes());
    return bytes;
  }

  size_t residentBytes() const override {
    size_t bytes = bands_.size() * sizeof(Band);
    for (const BandStep& step : steps_) bytes += step.residentBytes();
    return bytes;
  }

 private:
  size_t stepFor(const BandRows& rows, const Window& window, int32_t x_block) {
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i].rows().alike(rows)) return i;
    }
    steps_.emplace_back(whole_, window, x_block, rows);
    return steps_.size() - 1;
  }

  // `plane` counts groups over all images.
  void runBand(const RunContext& context, int64_t plane, const Band& band, int participant) const {
    const int64_t group = plane % whole_.groups;
    auto rowOf = [&](const Value& value, int64_t channels, int64_t row) -> float* {
      if (!value.present()) return nullptr;
      return context.f32(value) + plane * channels * value.layout.blockStride() +
             row * value.layout.rowStride();
    };
    auto partOf = [&](const Value& value, int64_t size) {
      return value.present() ? context.f32(value) + group * size : nullptr;
    };
    const BandOperands operands{rowOf(whole_.x, whole_.in_channels, band.x_row),
                                rowOf(whole_.residual, whole_.out_channels, band.y_row),
                                rowOf(whole_.y, whole_.out_channels, band.y_row),
                                partOf(whole_.weights, group_weights_),
                                partOf(whole_.bias, group_channels_),
                                partOf(whole_.slope, group_channels_)};
    steps_[band.step].run(operands, context.threadScratch(participant), context.cancelled);
  }

  TapConvSpec whole_;
  std::vector<BandStep> steps_;
  std::vector<Band> bands_;
  int64_t group_channels_, group_weights_, operations_;
};

}  // namespace

std::unique_ptr<Op> makeBandedConvOp(const TapConvSpec& whole, const Window& window, int32_t x_block,
                                     int32_t bands) {
  return std::make_unique<BandedConvOp>(whole, window, x_block, bands);
}

}  // namespace convkit
