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

// Which of a patch's inputs, `dilation` apart from `first` on, are among `size`.
struct Inside {
  int32_t begin, end;
};

Inside insideOf(int32_t first, int32_t dilation, int32_t patch, int32_t size) {
  const auto stepsTo = [&](int32_t place) {
    return place <= first ? 0 : std::min((place - first + dilation - 1) / dilation, patch);
  };
  return {stepsTo(0), stepsTo(size)};
}

}  // namespace

std::vector<WinogradTile> winogradTiles(const Window& window, int tile, const Layout& x, const Layout& y,
                                        const Layout& residual) {
  std::vector<WinogradTile> tiles;
  for (const AxisTile& h : axisTiles(window.output.h, window.dilation.h, tile)) {
    for (const AxisTile& w : axisTiles(window.output.w, window.dilation.w, tile)) {
      auto at = [&](const Layout& layout, int64_t row, int64_t column) {
        return layout.origin() + row * layout.rowStride() + column * layout.pixelStride();
      };
      const int32_t top = h.output - window.pad_top, left = w.output - window.pad_left, patch = tile + 2;
      const Inside rows = insideOf(top, window.dilation.h, patch, window.input.h);
      const Inside columns = insideOf(left, window.dilation.w, patch, window.input.w);
      tiles.push_back({at(x, top, left), at(y, h.output, w.output), at(residual, h.output, w.output), h.count,
                       w.count, rows.begin, rows.end, columns.begin, columns.end});
    }
  }
  return tiles;
}

}  // namespace convkit
