#include "ops/winograd_tiles.h"

#include <algorithm>

#include "ops/winograd_conv.h"

namespace convkit {
namespace {

// One axis of a tile: the first output, and how many of `tile` outputs, `dilation` apart, there are.
struct AxisTile {
  int32_t output, count;
};

std::vector<AxisTile> axisTiles(int32_t output, int32_t dilation, int tile) {
  std::vector<AxisTile> tiles;
  for (int32_t first = 0; first < std::min(dilation, output); ++first) {
    const int32_t outputs = (output - first + dilation - 1) / dilation;
    for (int32_t i = 0; i < outputs; i += tile) {
      tiles.push_back({first + i * dilation, std::min(tile, outputs - i)});
    }
  }
  return tiles;
}

// The last input that some patch reads, along one axis.
int32_t lastRead(int32_t output, int32_t dilation, int tile, int32_t before) {
  int32_t last = 0;
  for (const AxisTile& axis : axisTiles(output, dilation, tile)) {
    last = std::max(last, axis.output - before + (tile + 1) * dilation);
  }
  return last;
}

}  // namespace

Halo winogradHalo(const Window& window, int tile) {
  Halo halo;
  halo.top = window.pad_top;
  halo.left = window.pad_left;
  const int32_t bottom =
      lastRead(window.output.h, window.dilation.h, tile, window.pad_top) - (window.input.h - 1);
  const int32_t right =
      lastRead(window.output.w, window.dilation.w, tile, window.pad_left) - (window.input.w - 1);
  halo.bottom = std::max(0, bottom);
  halo.right = std::max(0, right);
  return halo;
}

std::vector<WinogradTile> winogradTiles(const Window& window, int tile, const Layout& x, const Layout& y,
                                        const Layout& residual) {
  std::vector<WinogradTile> tiles;
  for (const AxisTile& h : axisTiles(window.output.h, window.dilation.h, tile)) {
    for (const AxisTile& w : axisTiles(window.output.w, window.dilation.w, tile)) {
      auto at = [&](const Layout& layout, int64_t row, int64_t column) {
        return layout.origin() + row * layout.rowStride() + column * layout.pixelStride();
      };
      const int32_t top = h.output - window.pad_top, left = w.output - window.pad_left, patch = tile + 2;
      tiles.push_back({at(x, top, left), at(y, h.output, w.output), at(residual, h.output, w.output), h.count,
                       w.count, std::max(0, -top), std::min(patch, window.input.h - top), std::max(0, -left),
                       std::min(patch, window.input.w - left)});
    }
  }
  return tiles;
}

}  // namespace convkit
