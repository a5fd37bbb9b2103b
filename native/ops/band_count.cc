// Into how many bands a plane is cut.

#include <algorithm>

#include "kernels/product/product.h"
#include "ops/banded_conv.h"

namespace convkit {
namespace {

// A power of two, for threads to share evenly, each of so many multiply-adds or more. Times on one and two
// threads: 16 to 33 channels on 50 × 100, 3×3 with stride 2 (8.6 million), 4 bands 0.096 and 0.057 ms, 8
// bands 0.099 and 0.065; 3 to 64 on 224², 7×7 with stride 2 (118 million), 8 bands 1.43 and 0.72 ms, 16
// bands 1.45 and 0.77.
constexpr int64_t kBands = 8, kWork = 2000000;
// Below, reorders of whole tensors stay in the cache as well: 64 to 128 on 14² with stride 2 in 2 bands 0.037
// ms instead of 0.036.
constexpr int64_t kLeastWork = 1000000;

int64_t roundUp(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

bool isPlane(const Window& w) {
  return w.input.d == 1 && w.output.d == 1 && w.kernel.d == 1 && w.pad_front == 0;
}

// Bytes that a row of output, a row of input and the weights take in blocks.
struct BandBytes {
  int64_t x_row, y_row, weights;
};

BandBytes bytesOf(const ConvGeometry& g, int64_t lanes) {
  const Window& w = g.window;
  const int64_t size = sizeof(float), in = g.inPerGroup(), out = roundUp(g.outPerGroup(), lanes);
  const int64_t stored = in < lanes ? in : roundUp(in, lanes);
  return {size * stored * (int64_t{w.input.w} + w.pad_left + w.pad_right), size * out * w.output.w,
          size * out * in * w.kernel.volume()};
}

}  // namespace

// Shares of the second-level cache: a band and the weights leave a fifth of it to the planes. 64 to 64
// channels on 512², 3×3 with stride 2, one thread: bands of 0.25 times its size 28.6 ms, 0.38 27.7,
// 0.69 28.3.
int32_t bandCount(const ConvGeometry& g, Isa isa) {
  const Window& w = g.window;
  const int64_t rows = w.output.h, l2 = static_cast<int64_t>(cacheSizes().l2);
  const BandBytes bytes = bytesOf(g, productKernels(isa).lanes);
  const int64_t work = bytes.weights / static_cast<int64_t>(sizeof(float)) * w.output.w * rows;
  if (!isPlane(w) || rows < 2 || work < kLeastWork || bytes.weights > l2 * 3 / 8) return 0;
  if (g.inPerGroup() * w.kernel.volume() > kLongestPlainTotal) return 0;
  // Rows of input that a band reads though its neighbour has read them.
  const int64_t again = std::max<int64_t>(0, int64_t{w.dilation.h} * (w.kernel.h - 1) + 1 - w.stride.h);
  const int64_t fit = (l2 * 2 / 5 - again * bytes.x_row) / (bytes.x_row * w.stride.h + bytes.y_row);
  if (fit < 1) return 0;
  const int64_t needed = (rows + fit - 1) / fit;
  auto pay = [&](int64_t bands) { return bands * kWork <= work && bands * again <= rows * w.stride.h; };
  int64_t bands = 2;
  while (bands < kBands && (bands < needed || pay(bands * 2))) bands *= 2;
  if (needed > kBands) bands = roundUp(needed, kBands);
  return static_cast<int32_t>(std::min(rows, bands));
}

}  // namespace convkit
