#include "ops/fft_tiling.h"

#include <algorithm>
#include <utility>

#include "ops/fft_blocks.h"

namespace convkit {
namespace {

// Measured in multiply-adds of a full register tile, as program/conv_cost.h counts.
// One float of a patch's spectrum, forward or back, and of a kernel's, which is written to memory too.
constexpr double kTransform = 40, kKernel = 55;
// A complex product is four multiply-adds for two floats of the spectrum; every result is stored once.
constexpr double kProduct = 2, kSpectrum = 8;
// One byte of weights that comes from beyond the second-level cache. Fetched ahead, but half of it shows
// beside the arithmetic.
constexpr double kWeightByte = 4, kShows = 0.5;
// What the room of one more byte of transformed weights must save.
constexpr double kRoom = 1;

int64_t parts(int64_t count, int64_t size) { return (count + size - 1) / size; }

bool splits(int32_t size, int32_t kernel) { return kernel > size / 2; }

FftAxis wholeAxis(int32_t size, int32_t kernel, int32_t outputs) {
  return {size, kernel, 1, size - kernel + 1, outputs};
}

FftAxis splitAxis(int32_t size, int32_t kernel, int32_t outputs) {
  const int32_t half = size / 2;
  return {size, half, (kernel + half - 1) / half, half, outputs};
}

class TilingSearch {
 public:
  TilingSearch(const ConvGeometry& geometry, bool constant_weights, Isa isa)
      : geometry_(geometry),
        constant_weights_(constant_weights),
        isa_(isa),
        least_height_(std::max(kMinFftSize, 2 * fftKernels(isa).lanes)) {}

  FftEstimate run() {
    const Window& w = geometry_.window;
    const bool row = w.input.h == 1 && w.output.h == 1 && w.kernel.h == 1;
    for (int32_t width = kMinFftSize; width <= kMaxFftSize; width *= 2) {
      if (row) {
        considerRow(width);
        continue;
      }
      if (w.kernel.w <= width)
        considerHeights(wholeAxis(width, w.kernel.w, w.output.w), w.kernel.h, w.output.h, false);
      if (splits(width, w.kernel.w))
        considerHeights(splitAxis(width, w.kernel.w, w.output.w), w.kernel.h, w.output.h, false);
    }
    return best_;
  }

 private:
  // Either one row of kernel, or rows of half a tile.
  void considerRow(int32_t width) {
    const int32_t kernel = geometry_.window.kernel.w, outputs = geometry_.window.output.w;
    const auto rows = [](int32_t length, int32_t step) { return static_cast<int32_t>(parts(length, step)); };
    if (kernel <= width) {
      const int32_t step = width - kernel + 1;
      considerHeights({width, kernel, 1, step, step}, 1, rows(outputs, step), true);
    }
    const int32_t half = width / 2;
    considerHeights({width, half, 1, half, half}, rows(kernel, half), rows(outputs, half), true);
  }

  void considerHeights(const FftAxis& w, int32_t kernel, int32_t outputs, bool wrapped) {
    for (int32_t height = least_height_; height <= kMaxFftSize; height *= 2) {
      if (kernel <= height) consider({wholeAxis(height, kernel, outputs), w, wrapped});
      if (splits(height, kernel)) consider({splitAxis(height, kernel, outputs), w, wrapped});
    }
  }

  void consider(const FftTiling& tiling) {
    const double cost = costOf(tiling);
    if (best_.cost >= 0 && cost >= best_.cost) return;
    best_ = {tiling, cost};
  }

  double costOf(const FftTiling& tiling) const {
    const ConvGeometry& g = geometry_;
    ConvGeometry image = g;
    image.batch = 1;
    const FftBlocks blocks = fftBlocks(image, tiling, isa_);
    const double turns = static_cast<double>(parts(tiling.h.tiles(), blocks.rows)) *
                         static_cast<double>(parts(tiling.w.tiles(), blocks.columns));
    const double inputs = turns * static_cast<double>(blocks.inputTiles(tiling));
    const double tiles = static_cast<double>(tiling.tiles()),
                 spectrum = static_cast<double>(tiling.spectrum());
    const double kernels =
        static_cast<double>(g.out_channels) * g.inPerGroup() * static_cast<double>(tiling.pieces());
    const double transforms = (inputs * g.in_channels + tiles * g.out_channels) * spectrum * kTransform;
    const double products = tiles * (kernels * kProduct + g.out_channels * kSpectrum) * spectrum;
    const double stream = blocks.shared ? turns * fftWeightBytes(g, tiling) * kWeightByte : 0;
    return transforms + std::max(products, stream) + std::min(products, stream) * kShows +
           fftWeightBytes(g, tiling) * kRoom + (constant_weights_ ? 0 : kernels * spectrum * kKernel);
  }

  const ConvGeometry& geometry_;
  const bool constant_weights_;
  const Isa isa_;
  const int32_t least_height_;
  FftEstimate best_{{}, -1};
};

}  // namespace

bool fftFits(const ConvGeometry& g) {
  const Window& w = g.window;
  return g.in_channels > 0 && w.input.d == 1 && w.kernel.d == 1 && w.pad_front == 0 && w.pad_back == 0 &&
         w.stride.h == 1 && w.stride.w == 1 && w.dilation.h == 1 && w.dilation.w == 1;
}

ConvGeometry fftGeometry(const ConvGeometry& geometry) {
  ConvGeometry turned = geometry;
  Window& w = turned.window;
  if (w.input.w != 1 || w.output.w != 1 || w.kernel.w != 1) return turned;
  std::swap(w.input.h, w.input.w);
  std::swap(w.output.h, w.output.w);
  std::swap(w.kernel.h, w.kernel.w);
  std::swap(w.pad_top, w.pad_left);
  std::swap(w.pad_bottom, w.pad_right);
  return turned;
}

FftEstimate fftEstimate(const ConvGeometry& geometry, bool constant_weights, Isa isa) {
  return TilingSearch(fftGeometry(geometry), constant_weights, isa).run();
}

double fftWeightBytes(const ConvGeometry& g, const FftTiling& tiling) {
  return static_cast<double>(g.out_channels) * g.inPerGroup() * static_cast<double>(tiling.pieces()) *
         static_cast<double>(tiling.spectrum()) * sizeof(float);
}

}  // namespace convkit
