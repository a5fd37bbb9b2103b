#pragma once

#include <algorithm>
#include <cstdint>

#include "program/step.h"

namespace convkit {

// A tensor's five dimensions. 2-D work has d = 1, a matrix [rows, features] is n = rows, c = features.
struct Dims {
  int32_t n, c;
  Extent3 space;
  int64_t size() const { return static_cast<int64_t>(n) * c * space.volume(); }
};

// Zeros around each plane, so that a convolution reads its padding like any other pixel.
struct Halo {
  int32_t front = 0, back = 0, top = 0, bottom = 0, left = 0, right = 0;
  bool empty() const { return (front | back | top | bottom | left | right) == 0; }
};

inline bool covers(const Halo& have, const Halo& need) {
  return have.front >= need.front && have.back >= need.back && have.top >= need.top &&
         have.bottom >= need.bottom && have.left >= need.left && have.right >= need.right;
}

inline Halo larger(const Halo& a, const Halo& b) {
  return {std::max(a.front, b.front),   std::max(a.back, b.back), std::max(a.top, b.top),
          std::max(a.bottom, b.bottom), std::max(a.left, b.left), std::max(a.right, b.right)};
}

// How a tensor lies in memory: [n][channel blocks][depth][height][width][block], spatial axes with
// their halo. Block 1 without halo is plain NCHW; block = channels is NHWC; block = the ISA's lanes
// is what the vector kernels like. The last block's missing channels hold unspecified values.
struct Layout {
  Dims dims{};
  int32_t block = 1;
  Halo halo{};
  // Channel blocks from one image to the next where the tensor is some channels of a larger one; 0 where it
  // is not. Then its planes are not one sequence.
  int32_t image_blocks = 0;

  int32_t blocks() const { return (dims.c + block - 1) / block; }
  int64_t pixelStride() const { return block; }
  int64_t rowStride() const { return static_cast<int64_t>(dims.space.w + halo.left + halo.right) * block; }
  int64_t sliceStride() const { return rowStride() * (dims.space.h + halo.top + halo.bottom); }
  int64_t blockStride() const { return sliceStride() * (dims.space.d + halo.front + halo.back); }
  int64_t imageStride() const { return blockStride() * (image_blocks > 0 ? image_blocks : blocks()); }
  // Of a whole tensor.
  int64_t size() const { return imageStride() * dims.n; }
  // A halo can make an honest tensor enormous, but floating point cannot overflow.
  double roughSize() const {
    const Extent3& s = dims.space;
    return (double(s.d) + halo.front + halo.back) * (double(s.h) + halo.top + halo.bottom) *
           (double(s.w) + halo.left + halo.right) * block * blocks() * dims.n;
  }
  // Where a plane begins, counted through all blocks of all images.
  int64_t planeStart(int64_t plane) const {
    if (image_blocks == 0) return plane * blockStride();
    return plane / blocks() * imageStride() + plane % blocks() * blockStride();
  }
  // Offset of the first real pixel of block 0 of image 0.
  int64_t origin() const { return halo.front * sliceStride() + halo.top * rowStride() + halo.left * block; }
  bool plain() const { return block == 1 && halo.empty(); }
  // All pixels of a plane lie one after another.
  bool contiguousPlane() const { return halo.empty(); }
  // So do the planes.
  bool contiguous() const { return contiguousPlane() && image_blocks == 0; }
  // All pixels of a plane lie one after another, though other pixels may lie between two planes.
  bool adjoiningRows() const {
    return (halo.left | halo.right) == 0 && (dims.space.d == 1 || (halo.top | halo.bottom) == 0);
  }
};

inline Layout plainLayout(const Dims& dims) {
  Layout layout;
  layout.dims = dims;
  return layout;
}

inline Layout blockedLayout(const Dims& dims, int32_t block, const Halo& halo = {}) {
  Layout layout;
  layout.dims = dims;
  layout.block = block;
  layout.halo = halo;
  return layout;
}

}  // namespace convkit
