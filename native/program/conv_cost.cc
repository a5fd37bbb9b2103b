#include "program/conv_cost.h"

#include <algorithm>
#include <limits>

#include "kernels/product/product.h"
#include "kernels/tiles/tiles.h"
#include "ops/banded_conv.h"
#include "ops/fft_tiling.h"
#include "ops/narrow_conv.h"
#include "ops/tile_conv.h"
#include "ops/winograd_conv.h"

namespace convkit {
namespace {

// One float moved between plain planes and blocks: in the caches, and beyond them.
constexpr double kReorderNear = 8, kReorderFar = 24;
// The same in bands, whose blocks are in the caches while the planes may not be. Measured as what bands take
// longer than panels on 1×1: 9 for 32 to 64 channels on 112², 10 for 256 to 64 and 16 for 64 to 256 on 56².
constexpr double kReorderBand = 12;
// A pass before and after the products, for which threads wait once more each: a share of the products.
constexpr double kPasses = 0.05;
// One float of an im2col matrix, gathered pixel by pixel, and copied as it lies.
constexpr double kGather = 45, kCopy = 3;
// Pixels in lanes load each input at every shift; a register tile does not.
constexpr double kUnalignedLoads = 1.25;
// One channel of one tile transformed, for F(2) and F(4).
constexpr double kTransform2 = 250, kTransform4 = 700;
// One weight brought to its place in a panel, and one kernel of 9 transformed, in cache, for F(2) and F(4).
constexpr double kPack = 30, kKernel2 = 120, kKernel4 = 260;
// Multiply-adds in the time in which one byte of weights comes from beyond the second-level cache:
// 95 GFLOP/s / 2 over 25 GB/s on the machines measured, and twice that where vectors are of 16.
constexpr double kWeightByte = 3;

// One value of the input multiplied by its channel's, in a pass before the convolution.
constexpr double kScale = 17;
// On matrix units: one product of the plain definition, one value brought to parts, one sum finished, and one
// byte of weights from beyond the second-level cache, which is not hidden by the products.
constexpr double kTileProduct = 0.38, kTileSplit = 24, kTileWrite = 20, kTileByte = 6;

// Transforming raw weights once more costs less than writing them out and reading them back.
constexpr int64_t kMostRawBlocks = 3;

double roundUp(double value, double step) {
  const double steps = static_cast<double>(static_cast<int64_t>((value + step - 1) / step));
  return steps * step;
}

// Weights that do not stay in the second-level cache stream past the arithmetic.
double withStream(double operations, double weights) {
  const double bytes = weights * sizeof(float);
  const bool stays = bytes < static_cast<double>(cacheSizes().l2) / 2;
  return stays ? operations : std::max(operations, bytes * kWeightByte);
}

double reorders(const ConvGeometry& g) {
  const double x = static_cast<double>(g.window.input.volume()) * g.in_channels;
  const double y = static_cast<double>(g.window.output.volume()) * g.out_channels;
  const double near = static_cast<double>(cacheSizes().l2) / sizeof(float) / 2;
  return x * (x < near ? kReorderNear : kReorderFar) + y * (y < near ? kReorderNear : kReorderFar);
}

double bandReorders(const ConvGeometry& g) {
  const double x = static_cast<double>(g.window.input.volume()) * g.in_channels;
  const double y = static_cast<double>(g.window.output.volume()) * g.out_channels;
  return (x + y) * kReorderBand;
}

double weightCount(const ConvGeometry& g) {
  return static_cast<double>(g.out_channels) * g.inPerGroup() * g.window.kernel.volume();
}

}  // namespace

double ConvCostModel::outputChannels() const {
  return geometry.groups * roundUp(geometry.outPerGroup(), productKernels(isa).lanes);
}

double ConvCostModel::direct() const {
  const double pixels = static_cast<double>(geometry.window.output.volume());
  const double terms = static_cast<double>(geometry.inPerGroup()) * geometry.window.kernel.volume();
  const double products = pixels * terms * outputChannels(), weights = weightCount(geometry);
  const double x = static_cast<double>(geometry.window.input.volume()) * geometry.in_channels;
  const double others = withStream(products, weights) + (constant_weights ? 0 : weights * kPack) +
                        (scaled_input ? x * kScale : 0);
  if (!plain) return others;
  if (bandCount(geometry, isa) > 1) return others + bandReorders(geometry);
  return others + reorders(geometry) + products * kPasses;
}

double ConvCostModel::tiles() const {
  const ConvGeometry& g = geometry;
  if (tileKernels(isa) == nullptr || !constant_weights || g.groups > 1)
    return std::numeric_limits<double>::infinity();
  const double taps = static_cast<double>(g.window.kernel.volume());
  const double pixels = static_cast<double>(g.window.output.volume()), row_tiles = roundUp(pixels, kTileRows);
  const double reads = roundUp(g.in_channels, kTileLanes) / kTileLanes * taps, outputs = outputChannels();
  const double terms = roundUp(reads, 2) * kTileLanes;
  const int64_t vectors = static_cast<int64_t>(outputs) / kTileLanes;
  const double bytes = terms * outputs * kTileParts * sizeof(uint16_t);
  const bool stays = bytes <= static_cast<double>(cacheSizes().l2) / 2;
  const double band = tileConvBand(static_cast<int64_t>(reads), vectors) * kTileRows;
  const double passes = stays ? 1 : roundUp(row_tiles, band) / band;
  return row_tiles * terms * outputs * kTileProduct + pixels * terms * kTileSplit +
         pixels * outputs * kTileWrite + passes * bytes * kTileByte + (plain ? reorders(g) : 0);
}

double ConvCostModel::gemm() const {
  const double pixels =
      roundUp(static_cast<double>(geometry.window.output.volume()), productKernels(isa).lanes);
  const double rows = static_cast<double>(geometry.in_channels) * geometry.window.kernel.volume();
  const Window& w = geometry.window;
  const bool as_it_lies = w.kernel.volume() == 1 && w.stride.w == 1;
  return withStream(pixels * rows * geometry.outPerGroup(), weightCount(geometry)) +
         pixels * rows * (as_it_lies ? kCopy : kGather) + (plain ? 0 : reorders(geometry));
}

double ConvCostModel::narrow() const {
  const Extent3& output = geometry.window.output;
  const double pixels = roundUp(output.w, productKernels(isa).lanes) * output.h * output.d;
  const double terms = static_cast<double>(geometry.inPerGroup()) * geometry.window.kernel.volume();
  // A load for every row of output and tap: one output channel waits for it, three hide it.
  const double loads = narrowSharesRows(geometry) ? 1 : 3.0 / std::min(geometry.outPerGroup(), 3);
  return pixels * terms * geometry.out_channels * kUnalignedLoads * loads;
}

double ConvCostModel::lanes() const {
  const double pixels = static_cast<double>(geometry.window.output.volume());
  const double terms = static_cast<double>(geometry.inPerGroup()) * geometry.window.kernel.volume();
  return pixels * terms * roundUp(geometry.out_channels, productKernels(isa).lanes) * kUnalignedLoads +
         (plain ? reorders(geometry) : 0);
}

double ConvCostModel::winograd(int tile) const {
  const Extent3& output = geometry.window.output;
  const Extent3& dilation = geometry.window.dilation;
  auto tiles = [&](int32_t size, int32_t step) {
    return step * roundUp((size + step - 1) / step, tile) / tile;
  };
  const double count = tiles(output.h, dilation.h) * tiles(output.w, dilation.w);
  const double elements = (tile + 2) * (tile + 2);
  const double in = geometry.in_channels, out = outputChannels();
  // One lonely tile leaves the register tile waiting for its own sums.
  const double products = count * elements * in * out * (count < 2 ? 2 : 1);
  const double transforms = count * (in + out) * (tile == 4 ? kTransform4 : kTransform2);
  const bool strided = dilation.h > 1 || dilation.w > 1;
  const double others = transforms + (plain && strided ? reorders(geometry) : 0);
  const double kernel = tile == 4 ? kKernel4 : kKernel2;
  if (winogradWeights(tile) == WinogradWeights::kRaw) {
    const double blocks = static_cast<double>(winogradBlocks(geometry, tile, isa));
    return products + blocks * in * out * kernel + others;
  }
  const double packing = constant_weights ? 0 : in * out * (kernel + elements * kPack);
  return withStream(products, elements * in * out) + packing + others;
}

double ConvCostModel::fft() const {
  return fftEstimate(geometry, constant_weights, isa).cost + (plain ? 0 : reorders(geometry));
}

// Constant weights stay as they are where they come from memory: transformed, they are four times as many
// bytes. 256 to 256 channels on 14² take 0.70 ms instead of 0.95 within ResNet-50 on a Xeon with AMX, but
// 0.68 instead of 0.55 alone, where the third-level cache has them.
WinogradWeights ConvCostModel::winogradWeights(int tile) const {
  if (winogradBlocks(geometry, tile, isa) > kMostRawBlocks) return WinogradWeights::kTransformed;
  if (!constant_weights) return WinogradWeights::kRaw;
  const double elements = (tile + 2) * (tile + 2);
  const double bytes = elements * geometry.in_channels * outputChannels() * sizeof(float);
  const bool stream = cold_weights && bytes > 2 * static_cast<double>(cacheSizes().l2);
  return stream ? WinogradWeights::kCompact : WinogradWeights::kTransformed;
}

}  // namespace convkit
