#include "ops/image_pad.h"

#include <algorithm>
#include <cmath>

#include "ops/pixel_copy.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// Where a pixel of the padded axis comes from, given its place before or behind an input of `length`.
int64_t paddedFrom(ImagePadMode mode, int64_t place, int64_t length) {
  if (mode == ImagePadMode::kEdge) return std::clamp<int64_t>(place, 0, length - 1);
  const bool mirrors_edge = mode == ImagePadMode::kSymmetric;
  const int64_t period = mode == ImagePadMode::kWrap ? length : mirrors_edge ? 2 * length : 2 * (length - 1);
  if (period == 0) return 0;
  const int64_t within = (place % period + period) % period;
  if (within < length) return within;
  return period - within - (mirrors_edge ? 1 : 0);
}

// The nearest that a pixel can be.
template <class T>
T asPixel(float value) {
  if constexpr (sizeof(T) == sizeof(float)) return value;
  constexpr float kMost = sizeof(T) == 1 ? 255.0f : 65535.0f;
  return static_cast<T>(std::nearbyint(value > 0 ? std::min(value, kMost) : 0.0f));
}

class ImagePadOp final : public Op {
 public:
  ImagePadOp(const ImagePadGeometry& geometry, SlotType type, const Value& x, const Value& value,
             const Value& y)
      : g_(geometry),
        type_(type),
        x_(x),
        value_(value),
        y_(y),
        width_(int64_t{g_.input.width} + g_.pad_left + g_.pad_right),
        height_(int64_t{g_.input.height} + g_.pad_top + g_.pad_bottom),
        value_bytes_(bytesPerValue(type)),
        pixel_bytes_(g_.input.channels * value_bytes_) {}

  void run(const RunContext& context) const override {
    char padding[kMostPixelChannels * sizeof(float)];
    for (int c = 0; c < g_.input.channels; ++c) setValue(context.f32(value_)[c], padding + c * value_bytes_);
    forEachRow(context, height_, static_cast<double>(width_ * pixel_bytes_) / 8, [&](int64_t row, int) {
      char* y = reinterpret_cast<char*>(context.f32(y_)) + row * width_ * pixel_bytes_;
      const int64_t place = row - g_.pad_top;
      const bool outside = place < 0 || place >= g_.input.height;
      if (g_.mode == ImagePadMode::kConstant && outside) return fill(padding, y, width_);
      const int64_t from = outside ? paddedFrom(g_.mode, place, g_.input.height) : place;
      const char* x = reinterpret_cast<const char*>(context.f32(x_)) +
                      (g_.input.offset + from * g_.input.row_stride) * value_bytes_;
      padRow(x, padding, y);
    });
  }

 private:
  void setValue(float value, char* at) const {
    const uint8_t byte = asPixel<uint8_t>(value);
    const uint16_t wide = asPixel<uint16_t>(value);
    const void* from = type_ == SlotType::kUint8    ? static_cast<const void*>(&byte)
                       : type_ == SlotType::kUint16 ? static_cast<const void*>(&wide)
                                                    : static_cast<const void*>(&value);
    std::memcpy(at, from, static_cast<size_t>(value_bytes_));
  }

  void fill(const char* padding, char* y, int64_t count) const {
    copyPixels(pixel_bytes_, padding, y, count, [](int64_t) { return int64_t{0}; });
  }

  void padRow(const char* x, const char* padding, char* y) const {
    const int64_t behind = g_.pad_left + int64_t{g_.input.width};
    std::memcpy(y + g_.pad_left * pixel_bytes_, x, static_cast<size_t>(g_.input.width * pixel_bytes_));
    if (g_.mode == ImagePadMode::kConstant) {
      fill(padding, y, g_.pad_left);
      fill(padding, y + behind * pixel_bytes_, g_.pad_right);
      return;
    }
    const auto copy = [&](int64_t first, int64_t count) {
      copyPixels(pixel_bytes_, x, y + first * pixel_bytes_, count,
                 [&](int64_t i) { return paddedFrom(g_.mode, first + i - g_.pad_left, g_.input.width); });
    };
    copy(0, g_.pad_left);
    copy(behind, g_.pad_right);
  }

  const ImagePadGeometry g_;
  const SlotType type_;
  const Value x_, value_, y_;
  const int64_t width_, height_, value_bytes_, pixel_bytes_;
};

}  // namespace

std::unique_ptr<Op> makeImagePadOp(const ImagePadGeometry& geometry, SlotType type, const Value& x,
                                   const Value& value, const Value& y) {
  return std::make_unique<ImagePadOp>(geometry, type, x, value, y);
}

}  // namespace convkit
