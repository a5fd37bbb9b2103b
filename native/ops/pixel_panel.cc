#include "ops/pixel_panel.h"

#include <algorithm>
#include <cstring>

namespace convkit {
namespace {

// Kernel position and channel of one row of the im2col matrix.
struct MatrixRow {
  int64_t channel;
  Extent3 tap;
};

MatrixRow matrixRow(const Window& window, int64_t row) {
  const Extent3& k = window.kernel;
  MatrixRow result;
  result.tap.w = static_cast<int32_t>(row % k.w);
  result.tap.h = static_cast<int32_t>(row / k.w % k.h);
  result.tap.d = static_cast<int32_t>(row / k.w / k.h % k.d);
  result.channel = row / k.volume();
  return result;
}

// `count` inputs from column `w` on, `stride` apart; those outside [0, width) are zero.
void gatherRow(const float* row, int64_t width, int64_t w, int64_t stride, int64_t count, float* out) {
  const int64_t lead = w >= 0 ? 0 : std::min(count, (-w + stride - 1) / stride);
  const int64_t inside = w >= width ? 0 : (width - 1 - w) / stride + 1;
  const int64_t end = std::max(lead, std::min(count, inside));
  std::fill(out, out + lead, 0.0f);
  if (stride == 1) {
    if (end > lead) std::memcpy(out + lead, row + w + lead, (end - lead) * sizeof(float));
  } else {
    for (int64_t i = lead; i < end; ++i) out[i] = row[w + i * stride];
  }
  std::fill(out + end, out + count, 0.0f);
}

void gatherMatrixRow(const Window& window, const float* x, int64_t row, const PixelPanel& panel, float* out) {
  const MatrixRow at = matrixRow(window, row);
  const Extent3 &input = window.input, &output = window.output;
  const float* plane = x + at.channel * input.volume();
  int64_t pixel = panel.pixel;
  const int64_t end = panel.pixel + panel.pixels;
  while (pixel < end) {
    const int64_t ow = pixel % output.w, oh = pixel / output.w % output.h, od = pixel / output.w / output.h;
    const int64_t count = std::min(output.w - ow, end - pixel);
    const int64_t d = od * window.stride.d + int64_t{at.tap.d} * window.dilation.d - window.pad_front;
    const int64_t h = oh * window.stride.h + int64_t{at.tap.h} * window.dilation.h - window.pad_top;
    const int64_t w = ow * window.stride.w + int64_t{at.tap.w} * window.dilation.w - window.pad_left;
    if (d < 0 || d >= input.d || h < 0 || h >= input.h) {
      std::fill(out, out + count, 0.0f);
    } else {
      gatherRow(plane + (d * input.h + h) * input.w, input.w, w, window.stride.w, count, out);
    }
    out += count;
    pixel += count;
  }
  std::fill(out, out + (panel.width - panel.pixels), 0.0f);
}

}  // namespace

void gatherPanel(const Window& window, const float* x, const PixelPanel& panel, float* out) {
  for (int64_t row = panel.first; row < panel.last; ++row, out += panel.width) {
    gatherMatrixRow(window, x, row, panel, out);
  }
}

}  // namespace convkit
