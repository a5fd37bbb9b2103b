#include "ops/winograd_conv.h"

#include <algorithm>

#include "core/cpu.h"
#include "ops/row_split.h"
#include "ops/tap_panels.h"
#include "ops/winograd_tiles.h"

namespace convkit {
namespace {

// Rows of transformed channels are this far longer than the channels, so that equal channels of
// neighbouring tiles do not meet in one cache set.
constexpr int64_t kRowPadding = 16;
constexpr int64_t kMostTiles = 60;

class WinogradConvOp : public Op {
 public:
  explicit WinogradConvOp(const WinogradConvSpec& spec)
      : spec_(spec),
        products_(productKernels(spec.isa)),
        transforms_(spec.tile == 4 ? winogradKernels(spec.isa).f4 : winogradKernels(spec.isa).f2),
        panels_(spec.geometry.out_channels, products_),
        elements_(int64_t{spec.tile + 2} * (spec.tile + 2)),
        row_(int64_t{spec.x.layout.blocks()} * products_.lanes + kRowPadding),
        tiles_(winogradTiles(spec.geometry.window, spec.tile, spec.x.layout, spec.y.layout,
                             spec.residual.layout)) {}

  size_t threadScratchBytes() const override {
    const int64_t tiles = std::min<int64_t>(tilesInCache(), static_cast<int64_t>(tiles_.size()));
    return static_cast<size_t>(elements_ * tiles * (row_ + panelWidth())) * sizeof(float);
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

  int64_t panelWidth() const { return int64_t{products_.max_vectors} * products_.lanes; }

  // Tiles whose patches and products for one panel take half of the second-level cache.
  int64_t tilesInCache() const {
    const int64_t bytes = elements_ * (row_ + panelWidth()) * static_cast<int64_t>(sizeof(float));
    const int64_t tiles = static_cast<int64_t>(cacheSizes().l2 / 2) / bytes;
    const int64_t rows = products_.max_rows[products_.max_vectors - 1];
    return std::clamp<int64_t>(tiles, rows, kMostTiles);
  }

  // Equal blocks, as many for each thread.
  RowSplit tileBlocks(int threads) const {
    const int64_t tiles = static_cast<int64_t>(tiles_.size());
    const int64_t most = tilesInCache();
    int64_t blocks = (tiles + most - 1) / most;
    if (blocks > 1) blocks = (blocks + threads - 1) / threads * threads;
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
    const Extent3& dilation = spec_.geometry.window.dilation;
    WinogradInputArgs args;
    args.row_stride = x.rowStride() * dilation.h;
    args.pixel_stride = x.pixelStride() * dilation.w;
    args.element_stride = range.count() * row_;
    const float* base = context.f32(spec_.x) + image * x.imageStride();
    for (int64_t t = 0; t < range.count(); ++t) {
      for (int32_t block = 0; block < x.blocks(); ++block) {
        args.x = base + block * x.blockStride() + tiles_[range.begin + t].x;
        args.out = patches + t * row_ + block * x.block;
        transforms_.input(args);
      }
    }
  }

  // Products to [element][tile][vectors·lanes], then back.
  void runPanel(const RunContext& context, int64_t image, const Range& range, const Panel& panel,
                float* patches) const {
    const int64_t width = int64_t{panel.vectors} * products_.lanes;
    float* products = patches + elements_ * range.count() * row_;
    const int64_t weights_size = spec_.geometry.in_channels * width;
    const float* weights =
        context.f32(spec_.weights) + elements_ * spec_.geometry.in_channels * panel.first * products_.lanes;
    for (int64_t e = 0; e < elements_; ++e) {
      multiply(patches + e * range.count() * row_, weights + e * weights_size, range.count(), panel.vectors,
               products + e * range.count() * width);
    }
    transformOutputs(context, image, range, panel, products);
  }

  void multiply(const float* patches, const float* weights, int64_t tiles, int vectors, float* out) const {
    const ProductSegment whole{0, 0};
    int64_t rows[kMaxTileRows], y_rows[kMaxTileRows];
    const int64_t width = int64_t{vectors} * products_.lanes;
    for (int r = 0; r < kMaxTileRows; ++r) {
      rows[r] = r * row_;
      y_rows[r] = r * width;
    }
    ProductArgs args{};
    args.row_offsets = rows;
    args.b = weights;
    args.segments = &whole;
    args.full_segments = 1;
    args.run = spec_.geometry.in_channels;
    args.y_offsets = y_rows;
    args.y_vector_stride = products_.lanes;
    args.last_lanes = products_.lanes;
    const RowSplit split(tiles, products_.max_rows[vectors - 1]);
    for (int64_t i = 0; i < split.tiles(); ++i) {
      args.a = patches + split.begin(i) * row_;
      args.y = out + split.begin(i) * width;
      products_.broadcast[vectors - 1][split.rows(i) - 1](args);
    }
  }

  void transformOutputs(const RunContext& context, int64_t image, const Range& range, const Panel& panel,
                        const float* products) const {
    const Layout& y = spec_.y.layout;
    const Layout& residual = spec_.residual.layout;
    const Extent3& dilation = spec_.geometry.window.dilation;
    const int64_t width = int64_t{panel.vectors} * products_.lanes;
    WinogradOutputArgs args{};
    args.element_stride = range.count() * width;
    args.row_stride = y.rowStride() * dilation.h;
    args.pixel_stride = y.pixelStride() * dilation.w;
    args.residual_row_stride = residual.rowStride() * dilation.h;
    args.residual_pixel_stride = residual.pixelStride() * dilation.w;
    for (int32_t v = 0; v < panel.vectors; ++v) {
      const int64_t block = panel.first + v;
      const Epilogue epilogue = epilogueFor(context, block);
      args.epilogue = &epilogue;
      float* y_base = context.f32(spec_.y) + image * y.imageStride() + block * y.blockStride();
      const float* residual_base =
          spec_.residual.present()
              ? context.f32(spec_.residual) + image * residual.imageStride() + block * residual.blockStride()
              : nullptr;
      for (int64_t t = 0; t < range.count(); ++t) {
        const WinogradTile& tile = tiles_[range.begin + t];
        args.m = products + t * width + v * products_.lanes;
        args.y = y_base + tile.y;
        args.residual = residual_base ? residual_base + tile.residual : nullptr;
        args.rows = tile.rows;
        args.columns = tile.columns;
        transforms_.output(args);
      }
    }
  }

  Epilogue epilogueFor(const RunContext& context, int64_t vector) const {
    const Activation& activation = spec_.activation;
    Epilogue epilogue{activation.kind, activation.alpha, activation.beta, nullptr, nullptr, false};
    if (spec_.bias.present()) epilogue.bias = context.f32(spec_.bias) + vector * products_.lanes;
    if (spec_.slope.present()) epilogue.slope = context.f32(spec_.slope) + vector * products_.lanes;
    return epilogue;
  }

  const WinogradConvSpec spec_;
  const ProductKernels& products_;
  const WinogradTransforms& transforms_;
  const PanelSplit panels_;
  const int64_t elements_;
  const int64_t row_;  // floats from one tile's transformed channels to the next one's
  const std::vector<WinogradTile> tiles_;
};

}  // namespace

std::unique_ptr<Op> makeWinogradConvOp(const WinogradConvSpec& spec) {
  return std::make_unique<WinogradConvOp>(spec);
}

}  // namespace convkit
