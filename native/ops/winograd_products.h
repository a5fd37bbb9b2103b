#pragma once

#include <cstdint>
#include <vector>

#include "kernels/product/product.h"
#include "ops/row_split.h"
#include "ops/winograd_fetch.h"

namespace convkit {

// The small products between Winograd's transforms: for each element of a transformed tile, patches by
// weights.
class WinogradProducts {
 public:
  // `row`: floats from one tile's transformed channels to the next one's. `channels`: all input channels.
  WinogradProducts(const ProductKernels& kernels, int64_t elements, int64_t row, int64_t channels);

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
    float* chain = nullptr;  // like `out`: for sums between two calls that share a partial sum
    Ahead ahead{};           // fetched meanwhile, in the place of the next element's weights
  };

  // At most `most` input channels, so many that calls with as many each can go on where the last one ended:
  // long sums are cut into partial sums, and a call has a part of one, or whole ones.
  int64_t channelsOfCall(int64_t most) const;
  // Whether such calls need `chain`.
  bool needsChain(int64_t channels) const { return cut_ && channels % piece_ != 0; }

  // `outputs` are fetched meanwhile.
  void multiply(const Operands& all, OutputFetch outputs) const;

 private:
  struct WeightsAhead;
  void multiplyElement(const Operands& element, OutputFetch& outputs) const;
  void multiplyPart(const Operands& part, const RowSplit& tiles, WeightsAhead& ahead,
                    OutputFetch& outputs) const;

  const ProductKernels& kernels_;
  const int64_t elements_, row_, channels_;
  const int64_t piece_;                   // channels of a partial sum
  const bool cut_;                        // into such
  std::vector<ProductSegment> segments_;  // a partial sum each, of all channels
};

}  // namespace convkit
