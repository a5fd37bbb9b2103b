#pragma once

#include <vector>

#include "program/layout.h"

namespace convkit {

// One tile of the output: where its patch begins in x, where it begins in y and the residual, and how
// much of it is inside the output; and which rows and columns of the patch are inside the input.
struct WinogradTile {
  int64_t x, y, residual;
  int32_t rows, columns;
  int32_t row_begin, row_end, column_begin, column_end;
};

// Every tile of one image, offsets from the image's block 0. With dilation each remainder has tiles
// of its own.
std::vector<WinogradTile> winogradTiles(const Window& window, int tile, const Layout& x, const Layout& y,
                                        const Layout& residual);

}  // namespace convkit
