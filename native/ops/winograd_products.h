#pragma once

#include <cstdint>

#include "kernels/product/product.h"
#include "ops/row_split.h"
#include "ops/winograd_fetch.h"

namespace convkit {

// The small products between Winograd's transforms: for each element of a transformed tile, patches by
// weights.
class WinogradProducts {
 public:
  // `row`: floats from one tile's transformed channels to the next one's.
  WinogradProducts(const ProductKernels& kernels, int64_t elements, int64_t row)
      : kernels_(kernels), elements_(elements), row_(row) {}

  // Patches [element][tile][channel] of some input channels by their weights
  // [element][channel][vectors·lanes], to [element][tile][vectors·lanes], added to what the channels before
  // them gave.
  struct Ahead {
    const float* from = nullptr;
    int64_t floats = 0;
  };

  struct Operands {
    const float* patches;
    const float* weights;
    int64_t tiles;
    int vectors;
    float* out;
    int64_t channels, channels_before;
    Ahead ahead{};  // fetched meanwhile, in the place of the next element's weights
  };

  // `outputs` are fetched meanwhile.
  void multiply(const Operands& all, OutputFetch outputs) const;

 private:
  struct WeightsAhead;
  void multiplyElement(const Operands& element, OutputFetch& outputs) const;
  void multiplyPart(const Operands& part, const RowSplit& tiles, WeightsAhead& ahead,
                    OutputFetch& outputs) const;

  const ProductKernels& kernels_;
  const int64_t elements_, row_;
};

}  // namespace convkit
