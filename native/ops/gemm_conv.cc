#include "ops/gemm_conv.h"

#include <algorithm>

#include "kernels/layout/layout.h"
#include "ops/pixel_panel.h"
#include "ops/row_split.h"
#include "ops/rows.h"
#include "ops/streaming.h"

namespace convkit {
namespace {

// Output channels of a chunk of very long sums.
constexpr int64_t kLostChannels = 256;

// A kernel of one element at stride 1 without padding: the im2col matrix is the input itself.
bool isPointwise(const Window& w) {
  return w.kernel.volume() == 1 && w.stride.d == 1 && w.stride.h == 1 && w.stride.w == 1 &&
         (w.pad_front | w.pad_back | w.pad_top | w.pad_bottom | w.pad_left | w.pad_right) == 0;
}

class GemmConvOp : public Op {
 public:
  GemmConvOp(const ConvGeometry& geometry, const Activation& activation, const GemmConvOperands& operands,
             Isa isa)
      : geometry_(geometry),
        activation_(activation),
        operands_(operands),
        kernels_(productKernels(isa)),
        layouts_(layoutKernels(isa)) {
    pixels_ = geometry_.window.output.volume();
    matrix_rows_ = int64_t{geometry_.inPerGroup()} * geometry_.window.kernel.volume();
    vectors_ = (pixels_ + kernels_.lanes - 1) / kernels_.lanes;
    width_ = std::min<int64_t>(kernels_.max_vectors, vectors_) * kernels_.lanes;
    panel_rows_ = kLongestChain;
    very_long_ = matrix_rows_ > kLongestPlainTotal;
    pointwise_ = isPointwise(geometry_.window);
    streams_ = matrix_rows_ <= panel_rows_ && isClampKind(activation_.kind) &&
               streamsPastCaches(operands_.y.layout, kernels_.lanes) && keepsAlignment(pixels_);
  }

  size_t threadScratchBytes() const override {
    const int64_t rows = std::min(matrix_rows_, panel_rows_) + (very_long_ ? 2 * kLostChannels : 0);
    return static_cast<size_t>(rows * width_) * sizeof(float);
  }

  // Chunks are panels of nearly equal width, for some of the output channels where there are few panels.
  // Parts of one panel go out one after another, because threads that write neighbouring panels of planes
  // that are no multiple of a cache line wait for one another's lines: 1,024 to 256 channels on 14² took 0.36
  // ms on two threads instead of 0.29, on an Intel Xeon.
  void run(const RunContext& context) const override {
    const ConvGeometry& g = geometry_;
    const RowSplit panels(vectors_, kernels_.max_vectors);
    const int64_t operations = matrix_rows_ * pixels_ * g.out_channels * g.batch;
    const int threads = worthwhileThreads(context, operations);
    const RowSplit parts = channelParts(panels.tiles() * g.groups * g.batch, threads);
    const int64_t chunks = panels.tiles() * parts.tiles() * g.groups * g.batch;
    parallelFor(chunks, threads, context.cancelled, [&](int64_t chunk, int participant) {
      Piece piece{};
      const int64_t part = takeAxis(chunk, parts.tiles());
      const int64_t panel = takeAxis(chunk, panels.tiles());
      piece.group = takeAxis(chunk, g.groups);
      piece.image = chunk;
      piece.pixel = panels.begin(panel) * kernels_.lanes;
      piece.pixels = std::min(panels.begin(panel + 1) * kernels_.lanes, pixels_) - piece.pixel;
      piece.channel = parts.begin(part);
      piece.channels = parts.begin(part + 1) - piece.channel;
      runPanel(context, piece, reinterpret_cast<float*>(context.threadScratch(participant)));
    });
  }

 private:
  // Output pixels and, within their group, output channels that one thread computes.
  struct Piece {
    int64_t image, group;
    int64_t pixel, pixels;
    int64_t channel, channels;
  };

  // Several parts repeat the copying of a panel, which is cheap beside its products with many channels.
  RowSplit channelParts(int64_t panels, int threads) const {
    constexpr int64_t kChunksAThread = 4, kLeastChannels = 64;
    const int64_t channels = geometry_.outPerGroup();
    const int64_t wanted = threads == 1 ? 1 : (kChunksAThread * threads + panels - 1) / panels;
    const int64_t most = std::max<int64_t>(1, channels / kLeastChannels);
    const int64_t least = very_long_ ? (channels + kLostChannels - 1) / kLostChannels : 1;
    const int64_t parts = std::max(least, std::min(wanted, most));
    return RowSplit(channels, static_cast<int>((channels + parts - 1) / parts));
  }

  void runPanel(const RunContext& context, const Piece& piece, float* scratch) const {
    const ConvGeometry& g = geometry_;
    const float* x = context.f32(operands_.x) +
                     (piece.image * g.in_channels + piece.group * g.inPerGroup()) * g.window.input.volume();
    const int64_t channel = piece.group * g.outPerGroup() + piece.channel;
    const int64_t y_offset = (piece.image * g.out_channels + channel) * pixels_ + piece.pixel;

    ProductArgs args{};
    args.b = scratch;
    // Panels are the partial sums of long ones.
    args.cut = matrix_rows_ > panel_rows_ ? 1 : 0;
    args.y = context.f32(operands_.y) + y_offset;
    args.stream = streams_ && isStreamAligned(args.y);
    args.y_vector_stride = args.residual_vector_stride = kernels_.lanes;
    if (operands_.residual.present()) args.residual = context.f32(operands_.residual) + y_offset;
    args.last_lanes = static_cast<int32_t>((piece.pixels - 1) % kernels_.lanes) + 1;
    const int vectors = static_cast<int>((piece.pixels + kernels_.lanes - 1) / kernels_.lanes);
    const int64_t width = int64_t{vectors} * kernels_.lanes;

    for (int64_t first = 0; first == 0 || first < matrix_rows_; first += panel_rows_) {
      const int64_t last = std::min(first + panel_rows_, matrix_rows_);
      if (pointwise_) {
        layouts_.copy({x + first * pixels_ + piece.pixel, pixels_, scratch, width, last - first, piece.pixels,
                       0, width});
      } else {
        gatherPanel(g.window, x, {first, last, piece.pixel, piece.pixels, width}, scratch);
      }
      args.a = context.f32(operands_.weight) + channel * matrix_rows_ + first;
      args.full_segments = last > first ? 1 : 0;
      args.run = last - first;
      args.accumulate = first > 0;
      args.lost = very_long_ ? scratch + panel_rows_ * width_ : nullptr;
      runTiles(context, {channel, piece.channels}, vectors, last == matrix_rows_, args);
    }
  }

  struct Channels {
    int64_t first, count;
  };

  // A few output channels at a time.
  void runTiles(const RunContext& context, const Channels& channels, int vectors, bool finish,
                ProductArgs& args) const {
    const ProductSegment whole{0, 0};
    int64_t rows[kMaxTileRows], y_rows[kMaxTileRows];
    args.segments = &whole;
    args.row_offsets = rows;
    args.y_offsets = args.residual_offsets = y_rows;
    Epilogue epilogue{activation_.kind, activation_.alpha, activation_.beta, nullptr, nullptr, true};
    float slopes[kMaxTileRows];
    const RowSplit tiles(channels.count, kernels_.max_rows[vectors - 1]);
    for (int64_t i = 0; i < tiles.tiles(); ++i) {
      const int count = tiles.rows(i);
      const int64_t first = tiles.begin(i), channel = channels.first + first;
      for (int r = 0; r < count; ++r) {
        rows[r] = (first + r) * matrix_rows_;
        y_rows[r] = (first + r) * pixels_;
      }
      if (operands_.bias.present()) epilogue.bias = context.f32(operands_.bias) + channel;
      if (operands_.slope.present()) epilogue.slope = slopesOf(context, channel, count, slopes);
      args.epilogue = finish ? &epilogue : nullptr;
      kernels_.broadcast[vectors - 1][count - 1](args);
      if (args.lost) args.lost += 2 * int64_t{count} * vectors * kernels_.lanes;
    }
  }

  const float* slopesOf(const RunContext& context, int64_t channel, int count, float* slopes) const {
    const float* slope = context.f32(operands_.slope);
    const bool shared = operands_.slope.layout.dims.c == 1;
    for (int r = 0; r < count; ++r) slopes[r] = slope[shared ? 0 : channel + r];
    return slopes;
  }

  ConvGeometry geometry_;
  Activation activation_;
  GemmConvOperands operands_;
  const ProductKernels& kernels_;
  const LayoutKernels& layouts_;
  int64_t pixels_, matrix_rows_, vectors_, width_, panel_rows_;
  bool pointwise_, streams_, very_long_;
};

}  // namespace

std::unique_ptr<Op> makeGemmConvOp(const ConvGeometry& geometry, const Activation& activation,
                                   const GemmConvOperands& operands, Isa isa) {
  return std::make_unique<GemmConvOp>(geometry, activation, operands, isa);
}

}  // namespace convkit
