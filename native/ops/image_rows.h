#pragma once

#include "ops/image_border.h"
#include "ops/row_ring.h"

namespace convkit {

// The rows of an image with the border above and below, and none at the sides, read downwards: where they
// lie, if a vector read across their end stays inside the image, or else copies of them.
template <class T>
class ImageRows {
 public:
  static constexpr int64_t kVector = 64 / static_cast<int64_t>(sizeof(T));

  // Scratch for a window of `places` rows, in values.
  static int64_t scratch(const ImageWindowGeometry& geometry, int64_t places) {
    return places * ringStride(int64_t{geometry.width} * geometry.channels, sizeof(T));
  }

  ImageRows(const ImageWindowGeometry& geometry, const T* x, T outside, T* memory, int64_t first)
      : g_(geometry),
        inner_(int64_t{geometry.width} * geometry.channels),
        size_((int64_t{geometry.height} - 1) * geometry.row_stride + inner_),
        x_(x),
        outside_(outside),
        ring_(memory, ringStride(inner_, sizeof(T)), geometry.kernel_height, first) {}

  // The rows of a window from row `first` on; each call's windows are below the last one's.
  void window(int64_t first, const T** rows) {
    ring_.rows(first, g_.kernel_height, rows, [this](int64_t place, T* row) {
      const int64_t from = offsetOf(place);
      if (from < 0) std::fill_n(row, inner_, outside_);
      if (from >= 0 && !staysInside(from)) std::copy_n(x_ + from, inner_, row);
    });
    for (int32_t i = 0; i < g_.kernel_height; ++i) {
      const int64_t from = offsetOf(first + i);
      if (from >= 0 && staysInside(from)) rows[i] = x_ + from;
    }
  }

 private:
  int64_t offsetOf(int64_t place) const {
    const int32_t row = borderSource(place, g_.height, g_.border);
    return row == kOutside ? -1 : int64_t{row} * g_.row_stride;
  }
  bool staysInside(int64_t from) const { return from + inner_ + kVector <= size_; }

  const ImageWindowGeometry& g_;
  const int64_t inner_, size_;
  const T* const x_;
  const T outside_;
  RowRing<T> ring_;
};

// Where a row begins in its memory, so that the image's own values begin at a whole cache line.
template <class T>
int64_t rowLead(const BorderedRows& rows) {
  constexpr int64_t kLine = 64 / static_cast<int64_t>(sizeof(T));
  return (rows.before() + kLine - 1) / kLine * kLine - rows.before();
}

}  // namespace convkit
