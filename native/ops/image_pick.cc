#include "ops/image_resize.h"
#include "ops/pixel_copy.h"
#include "ops/resize_tables.h"
#include "ops/rows.h"

namespace convkit {
namespace {

class ImagePickOp final : public Op {
 public:
  ImagePickOp(const ImageResizeGeometry& geometry, const ImageResizeOperands& operands)
      : g_(geometry), o_(operands), pixel_bytes_(g_.input.channels * bytesPerValue(operands.type)) {}

  void run(const RunContext& context) const override {
    const int64_t columns = g_.output_width;
    const int32_t* bounds = context.i32(o_.across.bounds);
    int32_t* places = context.i32(o_.packed);
    bool neighbours = true;
    for (int64_t i = 0; i < columns; ++i) {
      places[i] = static_cast<int32_t>(tapSpan(bounds, i, 1, g_.input.width).first);
      neighbours = neighbours && places[i] == places[0] + i;
    }
    const int64_t value_bytes = pixel_bytes_ / g_.input.channels;
    const char* x = reinterpret_cast<const char*>(context.f32(o_.x)) + g_.input.offset * value_bytes;
    char* y = reinterpret_cast<char*>(context.f32(o_.y));
    forEachRow(context, g_.output_height, static_cast<double>(columns), [&](int64_t row, int) {
      const int64_t from = tapSpan(context.i32(o_.down.bounds), row, 1, g_.input.height).first;
      const char* line = x + from * g_.input.row_stride * value_bytes;
      char* to = y + row * columns * pixel_bytes_;
      if (neighbours) {
        std::memcpy(to, line + places[0] * pixel_bytes_, static_cast<size_t>(columns * pixel_bytes_));
      } else {
        copyPixels(pixel_bytes_, line, to, columns, [&](int64_t i) { return int64_t{places[i]}; });
      }
    });
  }

 private:
  const ImageResizeGeometry g_;
  const ImageResizeOperands o_;
  const int64_t pixel_bytes_;
};

}  // namespace

std::unique_ptr<Op> makeImagePickOp(const ImageResizeGeometry& geometry,
                                    const ImageResizeOperands& operands) {
  return std::make_unique<ImagePickOp>(geometry, operands);
}

}  // namespace convkit
