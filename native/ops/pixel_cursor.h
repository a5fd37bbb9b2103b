#pragma once

#include <cstdint>

#include "ops/taps.h"
#include "program/layout.h"

namespace convkit {

// Steps through one tensor as a walk over a phase's output pixels does, in row-major order.
class Strider {
 public:
  Strider(const Layout& layout, const Extent3& first, const Extent3& step)
      : origin_(first.d * layout.sliceStride() + first.h * layout.rowStride() +
                first.w * layout.pixelStride()),
        slice_(step.d * layout.sliceStride()),
        row_(step.h * layout.rowStride()),
        pixel_(step.w * layout.pixelStride()) {}

  int64_t offset() const { return offset_; }
  int64_t pixel() const { return pixel_; }
  void next() { offset_ += pixel_; }
  void advance(int64_t pixels) { offset_ += pixels * pixel_; }
  void jump(int32_t d, int32_t h, int32_t w) { offset_ = origin_ + d * slice_ + h * row_ + w * pixel_; }
  // The next row begins where one ends.
  bool joinsRows(const Extent3& count) const {
    return row_ == count.w * pixel_ && (count.d == 1 || slice_ == count.h * row_);
  }

 private:
  int64_t origin_, slice_, row_, pixel_, offset_ = 0;
};

// Walks over a phase's output pixels and yields what the tiles need of each.
class PixelCursor {
 public:
  PixelCursor(const TapPhase& phase, const Layout& input, const Layout& output, const Layout& addend,
              int64_t pixel)
      : x(input, {0, 0, 0}, phase.input_step),
        y(output, phase.first, phase.step),
        residual(addend, phase.first, phase.step),
        count_(phase.count),
        joined_(x.joinsRows(count_) && y.joinsRows(count_) && residual.joinsRows(count_)) {
    jump(pixel);
  }

  Strider x, y, residual;

  int64_t pixel() const { return pixel_; }

  // Pixels from here on that follow one another by the same steps.
  int64_t inLine() const { return joined_ ? count_.volume() - pixel_ : count_.w - pixel_ % count_.w; }

  void next() {
    ++pixel_;
    if (--left_ == 0) return jump(pixel_);
    x.next();
    y.next();
    residual.next();
  }

  // No further than the line goes.
  void advance(int64_t pixels) {
    pixel_ += pixels;
    left_ -= pixels;
    if (left_ == 0) return jump(pixel_);
    x.advance(pixels);
    y.advance(pixels);
    residual.advance(pixels);
  }

 private:
  void jump(int64_t pixel) {
    pixel_ = pixel;
    left_ = inLine();
    const int32_t w = static_cast<int32_t>(pixel % count_.w),
                  h = static_cast<int32_t>(pixel / count_.w % count_.h),
                  d = static_cast<int32_t>(pixel / count_.w / count_.h);
    x.jump(d, h, w);
    y.jump(d, h, w);
    residual.jump(d, h, w);
  }

  Extent3 count_;
  bool joined_;
  int64_t pixel_ = 0, left_ = 0;
};

}  // namespace convkit
