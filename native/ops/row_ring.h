#pragma once

#include <cstdint>

namespace convkit {

// The last few rows of an image that is read downwards, each in a place of its own until a later one takes
// it. `fill(row, T*)` makes a row when it is asked for first.
template <class T>
class RowRing {
 public:
  RowRing(T* memory, int64_t stride, int64_t places, int64_t first)
      : memory_(memory), stride_(stride), places_(places), first_(first), next_(first) {}

  // Rows from `first` on, at most `places` of them; none may be asked for again once `places` later ones
  // were.
  template <class Fill>
  void rows(int64_t first, int64_t count, const T** pointers, Fill&& fill) {
    for (; next_ < first + count; ++next_) fill(next_, at(next_));
    for (int64_t i = 0; i < count; ++i) pointers[i] = at(first + i);
  }

 private:
  T* at(int64_t row) const { return memory_ + (row - first_) % places_ * stride_; }

  T* const memory_;
  const int64_t stride_, places_, first_;
  int64_t next_;
};

// Values of a row and room behind it for whole vectors, so that rows begin at whole cache lines.
constexpr int64_t ringStride(int64_t values, int64_t bytes_per_value) {
  constexpr int64_t kLine = 64;
  return ((values * bytes_per_value + kLine - 1) / kLine + 1) * kLine / bytes_per_value;
}

constexpr int64_t roundedUp(int64_t values, int64_t unit) { return (values + unit - 1) / unit * unit; }

}  // namespace convkit
