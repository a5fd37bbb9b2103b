#include "ops/tile_conv.h"

#include <algorithm>

#include "kernels/tiles/tiles.h"
#include "ops/pixel_cursor.h"
#include "ops/row_split.h"

namespace convkit {
namespace {

// Consecutive numbers: pixels, or vectors of output channels.
struct Range {
  int64_t begin, end;
  int64_t count() const { return end - begin; }
};

class TileConvOp : public Op {
 public:
  TileConvOp(TapConvSpec spec, const Value& scale)
      : spec_(std::move(spec)),
        scale_(scale),
        kernels_(*tileKernels(spec_.isa)),
        pixels_(spec_.phases[0].count.volume()),
        vectors_((spec_.out_channels + kTileLanes - 1) / kTileLanes) {
    readAll();
    band_tiles_ = tileConvBand(reads(), vectors_);
    // Tiles take less than half of the time that threads are counted by.
    operations_ = spec_.batch * pixels_ * reads() * kTileLanes * vectors_ * kTileLanes / 2;
  }

  // Bands of pixels by all output channels, or by some where there are fewer bands than threads: then each
  // thread brings the band to parts for itself.
  void run(const RunContext& context) const override {
    const int threads = worthwhileThreads(context, operations_);
    const RowSplit bands((pixels_ + kTileRows - 1) / kTileRows, band_tiles_);
    const int64_t all_bands = spec_.batch * bands.tiles(), pairs = (vectors_ + 1) / 2;
    const int64_t parts = std::min(pairs, (threads + all_bands - 1) / all_bands);
    parallelFor(all_bands * parts, threads, context.cancelled, [&](int64_t index, int participant) {
      const int64_t band = index / parts % bands.tiles(), image = index / parts / bands.tiles();
      const int64_t part = index % parts;
      runBand(context, image,
              {bands.begin(band) * kTileRows, std::min(bands.begin(band + 1) * kTileRows, pixels_)},
              {part * pairs / parts * 2, std::min((part + 1) * pairs / parts * 2, vectors_)},
              context.threadScratch(participant));
    });
  }

  size_t threadScratchBytes() const override {
    return static_cast<size_t>(tileScratchBytes(band_tiles_ * kTileRows, reads()));
  }
  size_t residentBytes() const override { return reads_.size() * sizeof(int64_t); }

 private:
  // 16 channels of one tap after another, those of the last channels last.
  void readAll() {
    const Layout& x = spec_.x.layout;
    const bool channels_last = x.block != kTileLanes;
    for (int64_t channel = 0; channel < spec_.in_channels; channel += kTileLanes) {
      const int64_t at = channels_last ? channel : channel / kTileLanes * x.blockStride();
      spec_.phases[0].forEachTap([&](const Tap& tap) { reads_.push_back(at + tapOffset(tap, x)); });
    }
    tail_lanes_ = spec_.in_channels % kTileLanes;
    tail_reads_ = tail_lanes_ == 0 ? 0 : spec_.phases[0].tapCount();
  }

  void runBand(const RunContext& context, int64_t image, const Range& pixels, const Range& vectors,
               char* scratch) const {
    const Layout& x = spec_.x.layout;
    constexpr int kMostRows = kTileBand * kTileRows;
    int64_t x_rows[kMostRows], y_rows[kMostRows], residual_rows[kMostRows];
    PixelCursor cursor(spec_.phases[0], x, spec_.y.layout,
                       spec_.residual.present() ? spec_.residual.layout : spec_.y.layout, pixels.begin);
    for (int64_t row = 0; row < pixels.count(); ++row, cursor.next()) {
      x_rows[row] = cursor.x.offset();
      y_rows[row] = cursor.y.offset();
      residual_rows[row] = cursor.residual.offset();
    }
    TileProduct product{};
    product.rows = static_cast<int>(pixels.count());
    product.x = context.f32(spec_.x) + image * x.imageStride() + x.origin();
    product.x_offsets = x_rows;
    product.reads = reads_.data();
    product.full_reads = reads() - tail_reads_;
    product.tail_reads = tail_reads_;
    product.tail_lanes = tail_lanes_;
    if (scale_.present()) product.scale = context.f32(scale_) + scaleOffset(image);
    product.y_offsets = y_rows;
    product.residual_offsets = residual_rows;
    product.scratch = scratch;
    bind(context, image, vectors, &product);
    kernels_.multiply(product);
  }

  void bind(const RunContext& context, int64_t image, const Range& vectors, TileProduct* product) const {
    product->weights = context.f32(spec_.weights);
    product->first_vector = static_cast<int32_t>(vectors.begin);
    product->vectors = static_cast<int32_t>(vectors.count());
    product->all_vectors = static_cast<int32_t>(vectors_);
    product->y = outputs(context, spec_.y, image, &product->y_vector_stride);
    if (spec_.residual.present())
      product->residual = outputs(context, spec_.residual, image, &product->residual_vector_stride);
    product->last_lanes = lastLanes();
    product->epilogue = {spec_.activation.kind,
                         spec_.activation.alpha,
                         spec_.activation.beta,
                         spec_.bias.present() ? context.f32(spec_.bias) : nullptr,
                         spec_.slope.present() ? context.f32(spec_.slope) : nullptr,
                         false};
  }

  int64_t scaleOffset(int64_t image) const {
    const Layout& layout = scale_.layout;
    return layout.dims.n == spec_.batch ? layout.origin() + image * layout.imageStride() : 0;
  }

  float* outputs(const RunContext& context, const Value& value, int64_t image, int64_t* vector_stride) const {
    const Layout& layout = value.layout;
    *vector_stride = layout.block == kTileLanes ? layout.blockStride() : kTileLanes;
    return context.f32(value) + image * layout.imageStride() + layout.origin();
  }

  // Blocked layouts have room for whole vectors, channels last have not.
  int32_t lastLanes() const {
    if (spec_.y.layout.block == kTileLanes) return kTileLanes;
    return static_cast<int32_t>(spec_.out_channels - (vectors_ - 1) * kTileLanes);
  }

  int64_t reads() const { return static_cast<int64_t>(reads_.size()); }

  TapConvSpec spec_;
  const Value scale_;
  const TileKernels& kernels_;
  int64_t pixels_, vectors_, operations_ = 0;
  int band_tiles_;
  std::vector<int64_t> reads_;
  int64_t tail_reads_ = 0;
  int32_t tail_lanes_ = 0;
};

}  // namespace

int tileConvBand(int64_t reads, int64_t vectors) {
  constexpr int64_t kFew = 4;
  const int64_t l2 = static_cast<int64_t>(cacheSizes().l2);
  if (tileWeightsSize(vectors, tileSteps(reads)) * int64_t{sizeof(float)} <= l2 / 2) return kFew;
  const int64_t fit = l2 / 3 / tileScratchBytes(kTileRows, reads);
  return static_cast<int>(std::max(kFew, std::min<int64_t>(fit, kTileBand)));
}

std::unique_ptr<Op> makeTileConvOp(TapConvSpec spec, const Value& scale) {
  return std::make_unique<TileConvOp>(std::move(spec), scale);
}

}  // namespace convkit
