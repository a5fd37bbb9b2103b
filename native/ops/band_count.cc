// Into how many bands a plane is cut.

#include <algorithm>

#include "kernels/product/product.h"
#include "ops/banded_conv.h"

namespace convkit {
namespace {

// Enough for threads to share evenly, where each is still worth handing out. More cost more than they give:
// 3 to 64 channels on 224², 7×7 with stride 2, two threads, 4 bands 0.71 ms, 8 bands 0.72, 16 bands 0.77.
constexpr int64_t kBands = 8, kLeastWork = 200000;

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

int32_t bandCount(const ConvGeometry& g, Isa isa) {
  const Window& w = g.window;
  const int64_t rows = w.output.h, l2 = static_cast<int64_t>(cacheSizes().l2);
  const BandBytes bytes = bytesOf(g, productKernels(isa).lanes);
  if (!isPlane(w) || rows < 2 || bytes.weights > l2 * 3 / 8) return 0;
  // Rows of input that a band reads again because its neighbour has read them.
  const int64_t again = std::max<int64_t>(0, int64_t{w.dilation.h} * (w.kernel.h - 1) + 1 - w.stride.h);
  const int64_t fit = (l2 / 4 - again * bytes.x_row) / (bytes.x_row * w.stride.h + bytes.y_row);
  if (fit < 1) return 0;
  const int64_t work = bytes.weights / static_cast<int64_t>(sizeof(float)) * w.output.w * rows;
  const int64_t worth = std::min(kBands, work / kLeastWork);
  const int64_t apart = again == 0 ? rows : rows * w.stride.h / again;
  const int64_t needed = (rows + fit - 1) / fit;
  return static_cast<int32_t>(std::max(needed, std::min(worth, apart)));
}

}  // namespace convkit
