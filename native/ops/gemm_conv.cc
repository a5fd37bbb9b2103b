#include "ops/gemm_conv.h"

#include <algorithm>

#include "kernels/layout/layout.h"
#include "ops/pixel_panel.h"

namespace convkit {
namespace {

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
    // A plane of few pixels gets a narrower panel, down to one vector.
    const int64_t vectors = (pixels_ + kernels_.lanes - 1) / kernels_.lanes;
    vectors_ = static_cast<int>(std::min<int64_t>(kernels_.max_vectors, vectors));
    width_ = int64_t{vectors_} * kernels_.lanes;
    panel_rows_ = 256;
    pointwise_ = isPointwise(geometry_.window);
  }

  size_t threadScratchBytes() const override {
    return static_cast<size_t>(std::min(matrix_rows_, panel_rows_) * width_) * sizeof(float);
  }

  void run(const RunContext& context) const override {
    const ConvGeometry& g = geometry_;
    const int64_t panels = (pixels_ + width_ - 1) / width_;
    const int64_t operations = matrix_rows_ * pixels_ * g.out_channels * g.batch;
    const int threads = worthwhileThreads(context, operations);
    parallelFor(panels * g.groups * g.batch, threads, context.cancelled, [&](int64_t chunk, int participant) {
      const int64_t panel = chunk % panels;
      const int64_t group = chunk / panels % g.groups;
      const int64_t image = chunk / panels / g.groups;
      float* scratch = reinterpret_cast<float*>(context.threadScratch(participant));
      runPanel(context, image, group, panel * width_, scratch);
    });
  }

 private:
  void runPanel(const RunContext& context, int64_t image, int64_t group, int64_t pixel,
                float* scratch) const {
    const ConvGeometry& g = geometry_;
    const int64_t count = std::min(width_, pixels_ - pixel);
    const float* x =
        context.f32(operands_.x) + (image * g.in_channels + group * g.inPerGroup()) * g.window.input.volume();
    const int64_t first_channel = group * g.outPerGroup();
    const int64_t y_offset = (image * g.out_channels + first_channel) * pixels_ + pixel;

    ProductArgs args{};
    args.b = scratch;
    args.y = context.f32(operands_.y) + y_offset;
    args.y_vector_stride = args.residual_vector_stride = kernels_.lanes;
    if (operands_.residual.present()) args.residual = context.f32(operands_.residual) + y_offset;
    args.last_lanes = static_cast<int32_t>((count - 1) % kernels_.lanes) + 1;
    const int vectors = static_cast<int>((count + kernels_.lanes - 1) / kernels_.lanes);
    const int64_t width = int64_t{vectors} * kernels_.lanes;

    for (int64_t first = 0; first == 0 || first < matrix_rows_; first += panel_rows_) {
      const int64_t last = std::min(first + panel_rows_, matrix_rows_);
      if (pointwise_) {
        layouts_.copy({x + first * pixels_ + pixel, pixels_, scratch, width, last - first, count, 0, width});
      } else {
        gatherPanel(g.window, x, {first, last, pixel, count, width}, scratch);
      }
      args.a = context.f32(operands_.weight) + first_channel * matrix_rows_ + first;
      args.full_segments = last > first ? 1 : 0;
      args.run = last - first;
      args.accumulate = first > 0;
      runTiles(context, first_channel, vectors, last == matrix_rows_, args);
    }
  }

  // All output channels of the group, a few at a time.
  void runTiles(const RunContext& context, int64_t first_channel, int vectors, bool finish,
                ProductArgs& args) const {
    const ProductSegment whole{0, 0};
    int64_t rows[kMaxTileRows], y_rows[kMaxTileRows];
    args.segments = &whole;
    args.row_offsets = rows;
    args.y_offsets = args.residual_offsets = y_rows;
    Epilogue epilogue{activation_.kind, activation_.alpha, activation_.beta, nullptr, nullptr, true};
    float slopes[kMaxTileRows];
    const int most = kernels_.max_rows[vectors - 1];
    for (int64_t channel = 0; channel < geometry_.outPerGroup(); channel += most) {
      const int count = static_cast<int>(std::min<int64_t>(most, geometry_.outPerGroup() - channel));
      for (int r = 0; r < count; ++r) {
        rows[r] = (channel + r) * matrix_rows_;
        y_rows[r] = (channel + r) * pixels_;
      }
      if (operands_.bias.present()) epilogue.bias = context.f32(operands_.bias) + first_channel + channel;
      if (operands_.slope.present())
        epilogue.slope = slopesOf(context, first_channel + channel, count, slopes);
      args.epilogue = finish ? &epilogue : nullptr;
      kernels_.broadcast[vectors - 1][count - 1](args);
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
  int64_t pixels_, matrix_rows_, width_, panel_rows_;
  int vectors_;
  bool pointwise_;
};

}  // namespace

std::unique_ptr<Op> makeGemmConvOp(const ConvGeometry& geometry, const Activation& activation,
                                   const GemmConvOperands& operands, Isa isa) {
  return std::make_unique<GemmConvOp>(geometry, activation, operands, isa);
}

}  // namespace convkit
