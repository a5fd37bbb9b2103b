#include "ops/fft_blocks.h"

#include <algorithm>

namespace convkit {
namespace {

constexpr int64_t kFloat = sizeof(float);
// More tiles than these share the weights' way to the registers for no further gain.
constexpr int64_t kMostShared = 64, kMostAlone = 8;
// Spectra of at least so many bytes may be held, whatever the size of the image.
constexpr int64_t kSmallSpectra = 32 << 20;

int32_t balanced(int32_t count, int64_t most) {
  const int64_t parts = (count + most - 1) / most;
  return static_cast<int32_t>((count + parts - 1) / parts);
}

class BlockSearch {
 public:
  BlockSearch(const ConvGeometry& geometry, const FftTiling& tiling, Isa isa)
      : geometry_(geometry), tiling_(tiling), lanes_(fftKernels(isa).lanes) {}

  FftBlocks run() const {
    const int64_t l2 = static_cast<int64_t>(cacheSizes().l2);
    const int64_t weights = static_cast<int64_t>(fftWeightBytes(geometry_, tiling_)) / geometry_.groups;
    const bool shared = weights > l2 / 2;
    // One vector of frequencies of all tiles, or everything, in the second-level cache beside the weights.
    const int64_t entry = 2 * lanes_ * kFloat, vectors = tiling_.spectrum() / 2 / lanes_;
    const int64_t tile = int64_t{geometry_.inPerGroup() + geometry_.outPerGroup()} * entry;
    int64_t most = shared ? std::clamp<int64_t>(l2 / 2 / tile, 4, kMostShared) : mostAlone(tile * vectors);
    for (;; most /= 2) {
      const FftBlocks blocks = ofTiles(most, shared);
      if (most == 1 || (blocks.x_floats + blocks.y_floats) * kFloat <= bound(shared, l2)) return blocks;
    }
  }

 private:
  // A plane is enough work for several threads; where a kernel has several pieces, each block transforms the
  // tiles beside it once more.
  int64_t mostAlone(int64_t tile_bytes) const {
    const int64_t most = std::max<int64_t>(1, static_cast<int64_t>(cacheSizes().l2) / 4 / tile_bytes);
    if (tiling_.pieces() > 1) return std::min(most, kMostShared);
    return std::min({most, kMostAlone, std::max<int64_t>(2, tiling_.tiles() / 8)});
  }

  int64_t bound(bool shared, int64_t l2) const {
    if (!shared) return l2 / 2;
    const Window& w = geometry_.window;
    const int64_t values =
        geometry_.in_channels * w.input.volume() + geometry_.out_channels * w.output.volume();
    return std::max(kSmallSpectra, geometry_.batch * values * kFloat);
  }

  FftBlocks ofTiles(int64_t most, bool shared) const {
    FftBlocks blocks{};
    blocks.shared = shared;
    blocks.columns = balanced(tiling_.w.tiles(), most);
    blocks.rows = balanced(tiling_.h.tiles(), std::max<int64_t>(1, most / blocks.columns));
    const bool whole = int64_t{blocks.rows} * blocks.columns == tiling_.tiles();
    blocks.images =
        shared && whole ? balanced(geometry_.batch, std::max<int64_t>(1, most / tiling_.tiles())) : 1;
    const int64_t vectors = tiling_.spectrum() / 2 / lanes_;
    blocks.x_stride = fftStride(blocks.inputTiles(tiling_) * geometry_.inPerGroup(), lanes_);
    blocks.y_stride = fftStride(blocks.tiles() * geometry_.outPerGroup(), lanes_);
    blocks.x_floats = vectors * blocks.x_stride;
    blocks.y_floats = vectors * blocks.y_stride;
    return blocks;
  }

  const ConvGeometry& geometry_;
  const FftTiling& tiling_;
  const int64_t lanes_;
};

}  // namespace

FftBlocks fftBlocks(const ConvGeometry& geometry, const FftTiling& tiling, Isa isa) {
  return BlockSearch(geometry, tiling, isa).run();
}

}  // namespace convkit
