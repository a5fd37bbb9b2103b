#include "ops/pixels.h"

#include "kernels/pixels/pixels.h"
#include "ops/rows.h"
#include "ops/streaming.h"

namespace convkit {
namespace {

// Pixels that one unit of work converts, a multiple of every vector.
constexpr int64_t kRun = 4096;

class ImageToTensorOp final : public Op {
 public:
  ImageToTensorOp(const ImageToTensorGeometry& geometry, SlotType type, const Value& x, const Value& affine,
                  const Value& y, Isa isa)
      : g_(geometry),
        value_bytes_(bytesPerValue(type)),
        x_(x),
        affine_(affine),
        y_(y),
        kernel_(pixelKernels(isa).to_tensor[static_cast<int>(type)]),
        // Without gaps between the rows, and in order, the image is one long row.
        one_row_(g_.row_stride == g_.width * g_.pixel_stride && !g_.flip_x && !g_.flip_y),
        rows_(one_row_ ? 1 : g_.height),
        row_pixels_(one_row_ ? int64_t{g_.height} * g_.width : g_.width),
        runs_(one_row_ ? (row_pixels_ + kRun - 1) / kRun : 1) {}

  void run(const RunContext& context) const override {
    const bool stream = streams(context);
    const double operations = 2.0 * g_.channels * (one_row_ ? kRun : row_pixels_);
    forEachRow(context, rows_ * runs_, operations, [&](int64_t index, int) {
      const int64_t first = one_row_ ? index * kRun : 0;
      convert(context, one_row_ ? 0 : index, first,
              one_row_ ? std::min(kRun, row_pixels_ - first) : row_pixels_, stream);
    });
  }

 private:
  // Planes that all begin at whole cache lines, and are too large to be found in a cache.
  bool streams(const RunContext& context) const {
    const int64_t plane = int64_t{g_.height} * g_.width;
    return one_row_ && !g_.channels_last && isStreamAligned(context.f32(y_)) &&
           (g_.channels == 1 || keepsAlignment(plane)) &&
           streamsPastCaches(y_.layout, static_cast<int>(kStreamAlignment / sizeof(float)));
  }

  void convert(const RunContext& context, int64_t row, int64_t first, int64_t pixels, bool stream) const {
    ToTensorArgs args;
    const int64_t from = g_.offset + row * g_.row_stride + first * g_.pixel_stride;
    args.x = reinterpret_cast<const char*>(context.f32(x_)) + from * value_bytes_;
    args.pixels = pixels;
    args.pixel_stride = g_.pixel_stride;
    args.channels = g_.channels;
    args.scale = context.f32(affine_);
    args.offset = args.scale + g_.channels;
    args.y_stride = g_.channels_last ? g_.channels : 1;
    args.reversed = g_.flip_x != 0;
    args.stream = stream;
    const int64_t to = (g_.flip_y ? g_.height - 1 - row : row) * g_.width + first;
    const int64_t plane = int64_t{g_.height} * g_.width;
    for (int c = 0; c < g_.channels; ++c) {
      args.source[c] = g_.source[c];
      args.y[c] = context.f32(y_) + (g_.channels_last ? to * g_.channels + c : c * plane + to);
    }
    kernel_(args);
  }

  const ImageToTensorGeometry g_;
  const int64_t value_bytes_;
  const Value x_, affine_, y_;
  void (*const kernel_)(const ToTensorArgs&);
  const bool one_row_;
  const int64_t rows_, row_pixels_, runs_;
};

class TensorToImageOp final : public Op {
 public:
  TensorToImageOp(const TensorToImageGeometry& geometry, SlotType type, const Value& x, const Value& affine,
                  const Value& y, Isa isa)
      : g_(geometry),
        value_bytes_(bytesPerValue(type)),
        x_(x),
        affine_(affine),
        y_(y),
        kernel_(pixelKernels(isa).from_tensor[static_cast<int>(type)]) {}

  void run(const RunContext& context) const override {
    const int64_t plane = int64_t{g_.height} * g_.width;
    forEachRange(context, plane, 2.0 * g_.channels, [&](int64_t first, int64_t end, int) {
      FromTensorArgs args;
      for (int c = 0; c < g_.channels; ++c) {
        const int from = g_.swap_red_blue && c < 3 ? 2 - c : c;
        args.x[c] = context.f32(x_) + (g_.channels_last ? first * g_.channels + from : from * plane + first);
      }
      args.x_stride = g_.channels_last ? g_.channels : 1;
      args.pixels = end - first;
      args.channels = g_.channels;
      args.scale = context.f32(affine_);
      args.offset = args.scale + g_.channels;
      args.y = reinterpret_cast<char*>(context.f32(y_)) + first * g_.channels * value_bytes_;
      kernel_(args);
    });
  }

 private:
  const TensorToImageGeometry g_;
  const int64_t value_bytes_;
  const Value x_, affine_, y_;
  void (*const kernel_)(const FromTensorArgs&);
};

}  // namespace

std::unique_ptr<Op> makeImageToTensorOp(const ImageToTensorGeometry& geometry, SlotType type, const Value& x,
                                        const Value& affine, const Value& y, Isa isa) {
  return std::make_unique<ImageToTensorOp>(geometry, type, x, affine, y, isa);
}

std::unique_ptr<Op> makeTensorToImageOp(const TensorToImageGeometry& geometry, SlotType type, const Value& x,
                                        const Value& affine, const Value& y, Isa isa) {
  return std::make_unique<TensorToImageOp>(geometry, type, x, affine, y, isa);
}

}  // namespace convkit
