#include "ops/tap_conv.h"

#include <algorithm>

#include "ops/tap_panels.h"
#include "ops/tap_segments.h"

namespace convkit {
namespace {

// Walks over a phase's output pixels in row-major order and yields what the tiles need of each.
class PixelCursor {
 public:
  PixelCursor(const TapPhase& phase, int64_t pixel) : phase_(phase) {
    w_ = static_cast<int32_t>(pixel % phase.count.w);
    h_ = static_cast<int32_t>(pixel / phase.count.w % phase.count.h);
    d_ = static_cast<int32_t>(pixel / phase.count.w / phase.count.h);
  }
  int64_t read(const Layout& x) const {
    return d_ * phase_.input_step.d * x.sliceStride() + h_ * phase_.input_step.h * x.rowStride() +
           w_ * phase_.input_step.w * x.pixelStride();
  }
  int64_t write(const Layout& y) const {
    return (phase_.first.d + d_ * int64_t{phase_.step.d}) * y.sliceStride() +
           (phase_.first.h + h_ * int64_t{phase_.step.h}) * y.rowStride() +
           (phase_.first.w + w_ * int64_t{phase_.step.w}) * y.pixelStride();
  }
  void next() {
    if (++w_ < phase_.count.w) return;
    w_ = 0;
    if (++h_ < phase_.count.h) return;
    h_ = 0;
    ++d_;
  }

 private:
  const TapPhase& phase_;
  int32_t d_, h_, w_;
};

struct PreparedPhase {
  TapPhase phase;
  TapSegments segments;
  int64_t weights_offset;
};

// Output channels of one chunk: `vectors` from `first` on, counted over the whole tensor.
struct Channels {
  int32_t group;
  Panel panel;
  int64_t first_vector;
};

class TapConvOp : public Op {
 public:
  explicit TapConvOp(TapConvSpec spec)
      : spec_(std::move(spec)),
        kernels_(productKernels(spec_.isa)),
        panels_(spec_.out_channels, kernels_) {
    int64_t offset = 0;
    for (const TapPhase& phase : spec_.phases) {
      PreparedPhase prepared{phase, segmentsOf(phase), offset};
      offset += prepared.segments.steps() * spec_.groups * panels_.vectors() * kernels_.lanes;
      phases_.push_back(std::move(prepared));
    }
  }

  void run(const RunContext& context) const override {
    for (const PreparedPhase& phase : phases_) runPhase(context, phase);
  }

  size_t residentBytes() const override {
    size_t bytes = 0;
    for (const PreparedPhase& phase : phases_) bytes += phase.segments.offsets.size() * sizeof(int64_t);
    return bytes;
  }

 private:
  bool lanesMode() const { return spec_.mode == TapMode::kLanes; }

  TapSegments segmentsOf(const TapPhase& phase) const {
    return lanesMode() ? laneSegments(phase, spec_.x.layout, spec_.in_channels)
                       : broadcastSegments(phase, spec_.x.layout, spec_.in_channels);
  }

  int32_t panelCount() const { return lanesMode() ? panels_.vectors() : panels_.count(); }
  Panel panelAt(int32_t index) const { return lanesMode() ? Panel{index, 1} : panels_.at(index); }
  int maxRows(const Panel& panel) const {
    return lanesMode() ? kernels_.max_lane_rows : kernels_.max_rows[panel.vectors - 1];
  }

  void runPhase(const RunContext& context, const PreparedPhase& phase) const {
    const int64_t pixels = phase.phase.count.volume();
    if (pixels == 0) return;
    const int64_t columns = int64_t{spec_.batch} * spec_.groups * panelCount();
    const int64_t operations =
        phase.segments.steps() * pixels * spec_.batch * spec_.groups * panels_.vectors() * kernels_.lanes;
    const int threads = worthwhileThreads(context, operations);
    const int64_t chunk = chunkPixels(pixels, columns, threads);
    const int64_t chunks = (pixels + chunk - 1) / chunk;
    parallelFor(columns * chunks, threads, context.cancelled, [&](int64_t index, int) {
      const int64_t begin = index % chunks * chunk;
      const int64_t column = index / chunks;
      const int32_t panel = static_cast<int32_t>(column % panelCount());
      const int32_t group = static_cast<int32_t>(column / panelCount() % spec_.groups);
      const int64_t image = column / panelCount() / spec_.groups;
      const Channels channels{group, panelAt(panel), int64_t{group} * panels_.vectors() + panelAt(panel).first};
      runChunk(context, phase, channels, image, {begin, std::min(begin + chunk, pixels)});
    });
  }

  // At least four chunks a thread where there are enough pixels, whole tiles each. This decides who
  // computes a pixel, never how.
  int64_t chunkPixels(int64_t pixels, int64_t columns, int threads) const {
    constexpr int64_t kTile = 24;  // a multiple of the usual row counts
    if (threads == 1) return pixels;
    const int64_t wanted = (4 * threads + columns - 1) / columns;
    const int64_t each = (pixels + wanted - 1) / wanted;
    return (each + kTile - 1) / kTile * kTile;
  }

  struct Range {
    int64_t begin, end;
  };

  void runChunk(const RunContext& context, const PreparedPhase& phase, const Channels& channels, int64_t image,
                const Range& pixels) const {
    ProductArgs args{};
    const Epilogue epilogue = epilogueFor(context, channels);
    bindOperands(context, phase, channels, image, &args);
    const int64_t total = phase.segments.full;
    const int64_t step = segmentsInCache(phase, channels.panel, pixels);
    const float* weights = args.b;
    for (int64_t first = 0; first == 0 || first < total; first += step) {
      const bool last = first + step >= total;
      args.segment_offsets = phase.segments.offsets.data() + first;
      args.segments = std::min(step, total - first);
      args.run = phase.segments.run;
      args.tail_segments = last ? phase.segments.tail : 0;
      args.tail_run = phase.segments.tail_run;
      args.b = weights + first * args.run * channels.panel.vectors * kernels_.lanes;
      args.accumulate = first > 0;
      args.epilogue = last ? &epilogue : nullptr;
      runTiles(phase, channels.panel, pixels, args);
    }
  }

  Epilogue epilogueFor(const RunContext& context, const Channels& channels) const {
    Epilogue epilogue{spec_.activation.kind, spec_.activation.alpha, spec_.activation.beta, nullptr, nullptr, false};
    const int64_t first = channels.first_vector * kernels_.lanes;
    if (spec_.bias.present()) epilogue.bias = context.f32(spec_.bias) + first;
    if (spec_.slope.present()) epilogue.slope = context.f32(spec_.slope) + first;
    return epilogue;
  }

  void bindOperands(const RunContext& context, const PreparedPhase& phase, const Channels& channels, int64_t image,
                    ProductArgs* args) const {
    const Layout& x = spec_.x.layout;
    const int64_t x_block = lanesMode() ? channels.first_vector * spec_.in_channels
                                        : int64_t{channels.group} * (spec_.in_channels / x.block);
    args->a = context.f32(spec_.x) + image * x.imageStride() + x.origin() +
              (x_block == 0 ? 0 : x_block * x.blockStride());
    args->b = context.f32(spec_.weights) + phase.weights_offset +
              channels.first_vector * phase.segments.steps() * kernels_.lanes;
    args->y = channelPointer(context.f32(spec_.y), spec_.y.layout, channels, image, &args->y_vector_stride);
    if (spec_.residual.present()) {
      args->residual = channelPointer(context.f32(spec_.residual), spec_.residual.layout, channels, image,
                                      &args->residual_vector_stride);
    }
    args->last_lanes = lastLanes(channels);
  }

  bool channelsLast(const Layout& y) const { return y.block != kernels_.lanes; }

  float* channelPointer(float* base, const Layout& y, const Channels& channels, int64_t image,
                        int64_t* vector_stride) const {
    *vector_stride = channelsLast(y) ? kernels_.lanes : y.blockStride();
    return base + image * y.imageStride() + y.origin() + channels.first_vector * *vector_stride;
  }

  // Blocked layouts have room for whole vectors, NHWC has not.
  int32_t lastLanes(const Channels& channels) const {
    if (!channelsLast(spec_.y.layout)) return kernels_.lanes;
    const int64_t last = (channels.first_vector + channels.panel.vectors - 1) * kernels_.lanes;
    return static_cast<int32_t>(std::min<int64_t>(kernels_.lanes, spec_.y.layout.dims.c - last));
  }

  // How many segments' weights to use for all pixels before going on, so that the weights stay in
  // half of the second-level cache. Sums continue from the output and keep their order.
  int64_t segmentsInCache(const PreparedPhase& phase, const Panel& panel, const Range& pixels) const {
    const int64_t all = std::max<int64_t>(phase.segments.full, 1);
    if (lanesMode() || pixels.end - pixels.begin <= maxRows(panel)) return all;
    const int64_t bytes = phase.segments.run * panel.vectors * kernels_.lanes * int64_t{sizeof(float)};
    const int64_t budget = static_cast<int64_t>(cacheSizes().l2 / 2);
    if (bytes * all <= budget) return all;
    return std::max<int64_t>(1, budget / bytes);
  }

  void runTiles(const PreparedPhase& phase, const Panel& panel, const Range& pixels, ProductArgs& args) const {
    int64_t rows[kMaxTileRows], y_rows[kMaxTileRows], residual_rows[kMaxTileRows];
    args.row_offsets = rows;
    args.y_offsets = y_rows;
    args.residual_offsets = residual_rows;
    const int most = maxRows(panel);
    PixelCursor cursor(phase.phase, pixels.begin);
    for (int64_t pixel = pixels.begin; pixel < pixels.end; pixel += most) {
      const int count = static_cast<int>(std::min<int64_t>(most, pixels.end - pixel));
      for (int r = 0; r < count; ++r, cursor.next()) {
        rows[r] = cursor.read(spec_.x.layout);
        y_rows[r] = cursor.write(spec_.y.layout);
        if (args.residual) residual_rows[r] = cursor.write(spec_.residual.layout);
      }
      tile(panel, count)(args);
    }
  }

  ProductTile tile(const Panel& panel, int rows) const {
    return lanesMode() ? kernels_.lane[rows - 1] : kernels_.broadcast[panel.vectors - 1][rows - 1];
  }

  TapConvSpec spec_;
  const ProductKernels& kernels_;
  PanelSplit panels_;
  std::vector<PreparedPhase> phases_;
};

}  // namespace

std::unique_ptr<Op> makeTapConvOp(TapConvSpec spec) { return std::make_unique<TapConvOp>(std::move(spec)); }

}  // namespace convkit
