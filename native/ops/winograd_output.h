#pragma once

#include <vector>

#include "kernels/layout/layout.h"
#include "ops/winograd_conv.h"
#include "ops/winograd_tiles.h"

namespace convkit {

// The last step of a Winograd convolution: products of some tiles, for one vector of output channels,
// become pixels of y. In plain planes a few tiles side by side are put together in blocks first, and
// brought to their planes in whole lines: single tiles would write each line in four pieces.
class WinogradOutput {
 public:
  WinogradOutput(const WinogradConvSpec& spec, const std::vector<WinogradTile>& tiles);

  // Product t of element e is at m + e · element_stride + t · tile_stride.
  struct Products {
    const float* m;
    int64_t element_stride, tile_stride;
  };
  // Writes tiles [begin, end) of an image, output channels from `channel` on. `scratch` has scratchFloats().
  void write(const RunContext& context, int64_t image, int32_t channel, int64_t begin, int64_t end,
             const Products& products, float* scratch) const;

  // Lines are written past the caches.
  bool streams() const { return streams_; }

  int64_t scratchFloats() const { return plain_ ? 2 * bufferFloats() : 0; }

 private:
  struct Planes {
    float* y;
    const float* residual;
    int32_t channels;
  };

  int64_t bufferFloats() const { return int64_t{spec_.tile} * kRunPixels * lanes_; }
  int64_t runEnd(int64_t begin, int64_t end) const;
  void writeBlocked(const Planes& planes, int64_t begin, int64_t end, const Products& products,
                    WinogradOutputArgs args) const;
  void writePlain(const Planes& planes, int64_t begin, int64_t end, const Products& products,
                  WinogradOutputArgs args, float* scratch) const;
  void writeRun(const Planes& planes, int64_t begin, int64_t end, const Products& products,
                WinogradOutputArgs args, float* scratch) const;

  static constexpr int64_t kRunPixels = 16;

  const WinogradConvSpec& spec_;
  const std::vector<WinogradTile>& tiles_;
  const WinogradTransforms& transforms_;
  const LayoutKernels& layouts_;
  const int32_t lanes_;
  const bool plain_, streams_;
};

}  // namespace convkit
