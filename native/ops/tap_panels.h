#pragma once

#include <cstdint>

#include "kernels/product/product.h"

namespace convkit {

// Vectors of output channels that one pass over the input computes together.
struct Panel {
  int32_t first;
  int32_t vectors;
};

// Splits a group's output channels into panels of nearly equal width: 5 vectors become 3 + 2, not
// 4 + 1, because a narrow tile is a slow tile.
class PanelSplit {
 public:
  PanelSplit(int32_t channels, const ProductKernels& kernels)
      : vectors_((channels + kernels.lanes - 1) / kernels.lanes),
        count_((vectors_ + kernels.max_vectors - 1) / kernels.max_vectors) {}

  int32_t vectors() const { return vectors_; }
  int32_t count() const { return count_; }
  Panel at(int32_t index) const {
    const int32_t narrow = vectors_ / count_, wide = vectors_ % count_;
    const int32_t first = index * narrow + (index < wide ? index : wide);
    return {first, narrow + (index < wide ? 1 : 0)};
  }

 private:
  int32_t vectors_, count_;
};

}  // namespace convkit
