#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "program/kinds.h"

namespace convkit {

// Stands for a row or column that a constant border has and the image has not.
constexpr int32_t kOutside = -1;

// Which of `size` rows or columns stands at `place`, which may lie any distance outside.
int32_t borderSource(int64_t place, int32_t size, BorderMode mode);

// The rows of an image with the border that a window needs. Every row has `values` values, of them
// `before` of the border on the left; of type T, into which a kernel widens a row of pixels.
class BorderedRows {
 public:
  explicit BorderedRows(const ImageWindowGeometry& geometry);

  // Values of a row with its border, and of the border before and behind.
  int64_t values() const { return before_ + inner_ + behind_; }
  int64_t before() const { return before_; }
  // Of the image alone.
  int64_t inner() const { return inner_; }

  // Row `place` of the image with its border, written to `y`; `widen(x, count, y)` does the pixels from the
  // image's value `x` on, and `outside` is the value of a constant border.
  template <class T, class Widen>
  void fill(int64_t place, T outside, T* y, Widen&& widen) const {
    const int32_t row = borderSource(place, g_.height, g_.border);
    if (row == kOutside) {
      std::fill_n(y, values(), outside);
      return;
    }
    widen(int64_t{row} * g_.row_stride, inner_, y + before_);
    fillSides(outside, y);
  }

  // The border left and right of a row whose other values are there.
  template <class T>
  void fillSides(T outside, T* y) const {
    const T* image = y + before_;
    fillColumns(left_, outside, image, y);
    fillColumns(right_, outside, image, y + before_ + inner_);
  }

 private:
  template <class T>
  void fillColumns(const std::vector<int32_t>& sources, T outside, const T* image, T* y) const {
    const int32_t step = g_.channels;
    for (const int32_t source : sources) {
      for (int32_t c = 0; c < step; ++c)
        y[c] = source == kOutside ? outside : image[int64_t{source} * step + c];
      y += step;
    }
  }

  const ImageWindowGeometry g_;
  std::vector<int32_t> left_, right_;
  int64_t before_, inner_, behind_;
};

// The same without a change of type.
template <class T>
void fillRow(const BorderedRows& rows, int64_t place, T outside, const T* x, T* y) {
  rows.fill(place, outside, y, [x](int64_t from, int64_t count, T* to) { std::copy_n(x + from, count, to); });
}

}  // namespace convkit
