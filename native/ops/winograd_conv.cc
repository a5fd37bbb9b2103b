#include "ops/winograd_conv.h"

#include <algorithm>

#include "core/cpu.h"
#include "ops/row_split.h"
#include "ops/tap_panels.h"
#include "ops/winograd_output.h"
#include "ops/winograd_products.h"
#include "ops/winograd_tiles.h"

namespace convkit {
namespace {

// Rows of transformed channels are this far longer than the channels, so that equal channels of
// neighbouring tiles do not meet in one cache set.
constexpr int64_t kRowPadding = 16;
constexpr int64_t kMostTiles = 60;
constexpr int64_t kMostRawChannels = 80;

// Floats from one tile's transformed channels to the next one's.
int64_t patchRow(const ConvGeometry& geometry, int lanes) {
  return int64_t{(geometry.in_channels + lanes - 1) / lanes} * lanes + kRowPadding;
}

// Tiles whose patches and products for one panel take most of the second-level cache; the weights
// stream through the rest.
int64_t winogradTilesInCache(int64_t elements, int64_t row, const ProductKernels& products) {
  const int64_t width = int64_t{products.max_vectors} * products.lanes;
  const int64_t bytes = elements * (row + width) * static_cast<int64_t>(sizeof(float));
  const int64_t tiles = static_cast<int64_t>(cacheSizes().l2 / 4 * 3) / bytes;
  const int64_t rows = products.max_rows[products.max_vectors - 1];
  return std::clamp<int64_t>(tiles, rows, kMostTiles);
}

class WinogradConvOp : public Op {
 public:
  explicit WinogradConvOp(const WinogradConvSpec& spec)
      : spec_(spec),
        kernels_(productKernels(spec.isa)),
        transforms_(spec.tile == 4 ? winogradKernels(spec.isa).f4 : winogradKernels(spec.isa).f2),
        panels_(spec.geometry.out_channels, kernels_),
        elements_(int64_t{spec.tile + 2} * (spec.tile + 2)),
        row_(patchRow(spec.geometry, kernels_.lanes)),
        tiles_(winogradTiles(spec.geometry.window, spec.tile, spec.x.layout, spec.y.layout,
                             spec.residual.layout)),
        output_(spec_, tiles_),
        products_(kernels_, elements_, row_, spec.geometry.in_channels) {}

  size_t threadScratchBytes() const override {
    const int64_t tiles = std::min<int64_t>(tilesInCache(), static_cast<int64_t>(tiles_.size()));
    const int64_t weights =
        spec_.form != WinogradWeights::kTransformed
            ? elements_ * winogradWeightStride(rawChannels(), kernels_.max_vectors, kernels_.lanes)
            : 0;
    const int64_t sums = spec_.form != WinogradWeights::kTransformed && products_.needsChain(rawChannels())
                             ? 2 * panelWidth()
                             : panelWidth();
    const int64_t floats = elements_ * tiles * (row_ + sums) + output_.scratchFloats() + weights;
    return static_cast<size_t>(floats) * sizeof(float);
  }

  size_t residentBytes() const override { return tiles_.size() * sizeof(WinogradTile); }

  // Chunks are blocks of tiles of one image, and a part of the panels where there are few blocks.
  void run(const RunContext& context) const override {
    const ConvGeometry& g = spec_.geometry;
    const int64_t tiles = static_cast<int64_t>(tiles_.size());
    const int64_t operations = elements_ * tiles * g.in_channels * g.out_channels * g.batch;
    const int threads = worthwhileThreads(context, operations);
    const RowSplit blocks = tileBlocks(threads);
    const int64_t parts = panelParts(blocks.tiles() * g.batch, threads);
    parallelFor(
        g.batch * blocks.tiles() * parts, threads, context.cancelled, [&](int64_t chunk, int participant) {
          const int64_t block = chunk % blocks.tiles();
          const int64_t image = chunk / blocks.tiles() % g.batch;
          const int64_t part = chunk / blocks.tiles() / g.batch;
          const Range range{blocks.begin(block), blocks.begin(block + 1)};
          float* scratch = reinterpret_cast<float*>(context.threadScratch(participant));
          transformInputs(context, image, range, scratch);
          const RowSplit split(panels_.count(), static_cast<int>((panels_.count() + parts - 1) / parts));
          for (int64_t panel = split.begin(part); panel < split.begin(part + 1); ++panel) {
            runPanel(context, image, range, panels_.at(static_cast<int32_t>(panel)), scratch);
          }
        });
  }

 private:
  struct Range {
    int64_t begin, end;
    int64_t count() const { return end - begin; }
  };

  int64_t panelWidth() const { return int64_t{kernels_.max_vectors} * kernels_.lanes; }

  // Input channels whose raw weights are transformed together: a third of the second-level cache, or what is
  // enough to keep a product busy.
  int64_t rawChannels() const {
    const int64_t bytes = elements_ * panelWidth() * static_cast<int64_t>(sizeof(float));
    const int64_t channels = static_cast<int64_t>(cacheSizes().l2 / 3) / bytes / 4 * 4;
    return products_.channelsOfCall(std::clamp<int64_t>(channels, 4, kMostRawChannels));
  }

  int64_t tilesInCache() const { return winogradTilesInCache(elements_, row_, kernels_); }

  // Equal blocks, as many for each thread, also where one block would fit the cache but its panels are too
  // few for all threads: then a block is worth having from a few tall products on.
  RowSplit tileBlocks(int threads) const {
    constexpr int64_t kWorthABlock = 6;
    const int64_t tiles = static_cast<int64_t>(tiles_.size());
    const int64_t most = tilesInCache();
    int64_t blocks = (tiles + most - 1) / most;
    const bool few = blocks * panels_.count() * spec_.geometry.batch < 2 * threads;
    if (blocks > 1 || (few && tiles >= kWorthABlock * threads))
      blocks = (blocks + threads - 1) / threads * threads;
    return RowSplit(tiles, static_cast<int>((tiles + blocks - 1) / blocks));
  }

  // Cutting the panels repeats the input transform, which is cheap beside the products of many panels.
  int64_t panelParts(int64_t blocks, int threads) const {
    if (blocks >= threads) return 1;
    const int64_t wanted = (threads + blocks - 1) / blocks;
    const int64_t parts = std::min<int64_t>(wanted, panels_.count());
    return RowSplit(panels_.count(), static_cast<int>((panels_.count() + parts - 1) / parts)).tiles();
  }

  // Patches to [element][tile][channel].
  void transformInputs(const RunContext& context, int64_t image, const Range& range, float* patches) const {
    const Layout& x = spec_.x.layout;
    const int32_t lanes = kernels_.lanes;
    for (int32_t channel = 0; channel < x.dims.c; channel += lanes) {
      const int64_t at = image * x.imageStride() + channel / x.block * x.blockStride();
      for (int64_t t = 0; t < range.count(); ++t) {
        float* out = patches + t * row_ + channel;
        if (x.block == 1) {
          const WinogradTile& tile = tiles_[range.begin + t];
          transforms_.input_plain(plainPatch(context, at, channel, tile, out, range.count() * row_));
        } else {
          const Extent3& dilation = spec_.geometry.window.dilation;
          const WinogradTile& tile = tiles_[range.begin + t];
          transforms_.input({context.f32(spec_.x) + at + tile.x, x.rowStride() * dilation.h,
                             x.pixelStride() * dilation.w, tile.row_begin, tile.row_end, tile.column_begin,
                             tile.column_end, out, range.count() * row_});
        }
      }
    }
  }

  // `at`: where the block's first plane begins in x.
  WinogradPlainInputArgs plainPatch(const RunContext& context, int64_t at, int32_t channel,
                                    const WinogradTile& tile, float* out, int64_t element_stride) const {
    const Layout& x = spec_.x.layout;
    const int32_t channels = std::min(kernels_.lanes, x.dims.c - channel);
    const int64_t first = at + tile.x + tile.row_begin * x.rowStride();
    const int64_t last =
        at + tile.x + (channels - 1) * x.blockStride() + (tile.row_end - 1) * x.rowStride() + spec_.tile + 2;
    return {context.f32(spec_.x) + at + tile.x,
            x.blockStride(),
            x.rowStride(),
            tile.row_begin,
            tile.row_end,
            tile.column_begin,
            tile.column_end,
            channels,
            first >= 0 && last <= x.size(),
            out,
            element_stride};
  }

  // Products to [element][tile][vectors·lanes], then back.
  void runPanel(const RunContext& context, int64_t image, const Range& range, const Panel& panel,
                float* patches) const {
    const int64_t width = int64_t{panel.vectors} * kernels_.lanes;
    float* products = patches + elements_ * range.count() * row_;
    float* scratch = products + elements_ * range.count() * panelWidth();
    if (spec_.form != WinogradWeights::kTransformed) {
      float* weights = scratch + output_.scratchFloats();
      float* chain =
          weights + elements_ * winogradWeightStride(rawChannels(), kernels_.max_vectors, kernels_.lanes);
      multiplyUntransformed(context, panel,
                            {patches, nullptr, range.count(), panel.vectors, products, 0, 0, chain}, weights);
    } else {
      const float* weights =
          context.f32(spec_.weights) +
          elements_ * winogradWeightStride(spec_.geometry.in_channels, panel.first, kernels_.lanes);
      products_.multiply(
          {patches, weights, range.count(), panel.vectors, products, spec_.geometry.in_channels, 0},
          outputFetch(context, image, range, panel));
    }
    for (int32_t v = 0; v < panel.vectors; ++v) {
      output_.write(context, image, (panel.first + v) * kernels_.lanes, range.begin, range.end,
                    {products + v * kernels_.lanes, range.count() * width, width}, scratch);
    }
  }

  // For planes that are not streamed and do not stay in the second-level cache from one run to the next: 64
  // to 64 channels on 224², stored as usual, took 10.1 ms instead of 11.6, but on 56² nothing is won.
  OutputFetch outputFetch(const RunContext& context, int64_t image, const Range& range,
                          const Panel& panel) const {
    const Layout& y = spec_.y.layout;
    const int64_t bytes = y.imageStride() * static_cast<int64_t>(sizeof(float));
    if (y.block != 1 || output_.streams() || bytes < static_cast<int64_t>(cacheSizes().l2)) return {};
    const int64_t channel = int64_t{panel.first} * kernels_.lanes;
    return OutputFetch({context.f32(spec_.y) + image * y.imageStride() + channel * y.blockStride(),
                        y.blockStride(), y.rowStride(),
                        std::min<int64_t>(y.dims.c - channel, int64_t{panel.vectors} * kernels_.lanes),
                        tiles_.data() + range.begin, tiles_.data() + range.end});
  }

  // A few input channels at a time; `weights` has room for theirs.
  void multiplyUntransformed(const RunContext& context, const Panel& panel,
                             WinogradProducts::Operands product, float* weights) const {
    const int64_t channels = spec_.geometry.in_channels;
    product.weights = weights;
    for (int64_t c = 0; c < channels; c += product.channels) {
      product.channels = std::min(rawChannels(), channels - c);
      product.channels_before = c;
      product.ahead = transformWeights(context, panel, c, product.channels, weights);
      products_.multiply(product, {});
      product.patches += product.channels;
    }
  }

  // Those of some input channels, to `weights`; gives what to fetch for the next ones.
  WinogradProducts::Ahead transformWeights(const RunContext& context, const Panel& panel, int64_t channel,
                                           int64_t channels, float* weights) const {
    const ConvGeometry& g = spec_.geometry;
    const int64_t width = int64_t{panel.vectors} * kernels_.lanes, all = g.in_channels;
    const int64_t oc = int64_t{panel.first} * kernels_.lanes;
    const int64_t stride = winogradWeightStride(channels, panel.vectors, kernels_.lanes);
    if (spec_.form == WinogradWeights::kRaw) {
      const auto lanes = static_cast<int32_t>(std::min(width, g.out_channels - oc));
      transforms_.weights({context.f32(spec_.weights) + (oc * all + channel) * 9, all * 9, channels, lanes,
                           weights, width, stride});
      return {};
    }
    const float* kernels = context.f32(spec_.weights) + (oc * all + channel * width) * 9;
    transforms_.expand({kernels, channels, panel.vectors, weights, width, stride});
    // What follows in memory is what follows in time, up to the end.
    const float* next = kernels + channels * width * 9;
    const float* end = context.f32(spec_.weights) + spec_.weights.layout.size();
    return {next, std::min<int64_t>(rawChannels() * width * 9, end - next)};
  }

  const WinogradConvSpec spec_;
  const ProductKernels& kernels_;
  const WinogradTransforms& transforms_;
  const PanelSplit panels_;
  const int64_t elements_;
  const int64_t row_;  // floats from one tile's transformed channels to the next one's
  const std::vector<WinogradTile> tiles_;
  const WinogradOutput output_;
  const WinogradProducts products_;
};

}  // namespace

int64_t winogradBlocks(const ConvGeometry& geometry, int tile, Isa isa) {
  const ProductKernels& products = productKernels(isa);
  const int64_t most =
      winogradTilesInCache((tile + 2) * (tile + 2), patchRow(geometry, products.lanes), products);
  const Extent3& output = geometry.window.output;
  const int64_t tiles = int64_t{(output.h + tile - 1) / tile} * ((output.w + tile - 1) / tile);
  return (tiles + most - 1) / most;
}

std::unique_ptr<Op> makeWinogradConvOp(const WinogradConvSpec& spec) {
  return std::make_unique<WinogradConvOp>(spec);
}

}  // namespace convkit
