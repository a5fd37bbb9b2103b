#include "program/choose_conv.h"

#include <algorithm>
#include <cmath>

#include "kernels/product/product.h"
#include "ops/banded_conv.h"
#include "ops/fft_tiling.h"
#include "ops/narrow_conv.h"
#include "program/conv_cost.h"

namespace convkit {
namespace {

// Beyond this many inputs a channel, copying each to its lane costs more than gathering panels.
constexpr int32_t kWidestExpansion = 8;

bool aligned(const ConvGeometry& g, int lanes) {
  return g.inPerGroup() % lanes == 0 && g.outPerGroup() % lanes == 0;
}

ConvChoice lanesChoice(const ConvGeometry& g) {
  if (g.inPerGroup() > 1) {
    return {ConvPath::kExpandedLanes, "direct",
            "groups are narrower than a vector: one output channel a lane"};
  }
  if (g.outPerGroup() > 1) {
    return {ConvPath::kExpandedLanes, "depthwise", "one input channel a group, several outputs: one a lane"};
  }
  return {ConvPath::kLanes, "depthwise", "one channel a group: channels in lanes"};
}

// Beyond this many, a band of a group's rows leaves the second-level cache between two of its outputs.
constexpr int32_t kMostNarrowInputs = 256;

// Three of four lanes of pixels have work.
bool fillsLanes(int32_t width, int lanes) { return width * 4 >= (width + lanes - 1) / lanes * lanes * 3; }

// Where channels would fill vectors too, pixels in lanes are better for the square kernels and while there
// are few channels: 3×3 of 3 to 64 on 224² at 124 GFLOP/s instead of 35, 16 to 16 on 56² 160 instead of 124,
// 16 groups of 16 to 16 on 56² 157 instead of 98; but 32 to 32 with stride 2 on 56² at 107 instead of 152.
bool narrowBeatsBlocks(const ConvGeometry& g, int lanes) {
  const Window& w = g.window;
  const bool square =
      w.kernel.h == w.kernel.w && w.stride.h == w.stride.w && w.dilation.h == 1 && w.dilation.w == 1;
  if (!square || (w.kernel.h != 3 && w.kernel.h != 5) || !fillsLanes(w.output.w, lanes)) return false;
  return g.groups > 1 ? g.inPerGroup() <= 16 : g.out_channels <= 16 || g.in_channels <= 4;
}

bool fewOutputs(const ConvGeometry& g, int lanes) { return g.out_channels * 2 < lanes; }

bool narrowPays(const ConvGeometry& g, int lanes) {
  if (!narrowFits(g) || g.inPerGroup() > kMostNarrowInputs) return false;
  if (g.groups > 1 && !aligned(g, lanes))
    return g.window.kernel.volume() > 1 || g.inPerGroup() <= kWidestExpansion;
  return fewOutputs(g, lanes) || narrowBeatsBlocks(g, lanes);
}

ConvChoice narrowChoice(const ConvGeometry& g) {
  const bool depthwise = g.groups > 1 && g.inPerGroup() == 1;
  return {ConvPath::kNarrow, depthwise ? "depthwise" : "direct",
          depthwise      ? "one input channel a group, plain in and out: pixels in lanes"
          : g.groups > 1 ? "few channels a group, plain in and out: pixels in lanes"
                         : "few channels, plain in and out: pixels in lanes"};
}

ConvChoice tilesChoice() {
  return {ConvPath::kTiles, "direct", "tiles of three bfloat16 parts on the processor's matrix units"};
}

ConvChoice denseChoice(const ConvGeometry& g, int lanes) {
  if (g.groups == 1 && g.in_channels < lanes) {
    return {ConvPath::kFewChannels, "direct", "few input channels: a row of the kernel is one run of memory"};
  }
  return {ConvPath::kBlocked, "direct", "register tiles over " + std::to_string(lanes) + "-channel blocks"};
}

// A lone convolution goes to blocks and back in bands of rows, where that pays: 3×3 of 16 to 33 channels with
// stride 2 on 20 images of 50 × 100 takes 2.12 ms instead of 2.40 on one thread, 1.09 instead of 1.58 on two.
ConvChoice directChoice(const ConvCostModel& cost) {
  if (cost.tiles() < cost.direct()) return tilesChoice();
  ConvChoice choice = denseChoice(cost.geometry, productKernels(cost.isa).lanes);
  if (!cost.plain) return choice;
  choice.bands = bandCount(cost.geometry, cost.isa);
  if (choice.bands > 1) choice.reason += ", in bands that stay in the cache";
  return choice;
}

// src/geometry/algorithm.ts allows the same shapes.
bool winogradFits(const ConvGeometry& g) {
  const Window& w = g.window;
  return g.groups == 1 && w.input.d == 1 && w.kernel.d == 1 && w.kernel.h == 3 && w.kernel.w == 3 &&
         w.stride.h == 1 && w.stride.w == 1 && w.pad_front == 0 && w.pad_back == 0 &&
         g.in_channels <= kLongestPlainTotal;
}

ConvChoice winogradChoice(const ConvCostModel& cost) {
  const int tile = cost.winograd(2) < cost.winograd(4) ? 2 : 4;
  const std::string name = "F(" + std::to_string(tile) + ", 3)";
  ConvChoice choice{ConvPath::kWinograd, "winograd",
                    name + ": " + (tile == 4 ? "4" : "2.25") + " times fewer multiplications"};
  choice.tile = tile;
  choice.weights = cost.winogradWeights(tile);
  return choice;
}

ConvChoice fftChoice(const ConvCostModel& cost) {
  const FftTiling tiling = fftEstimate(cost.geometry, cost.constant_weights, cost.isa).tiling;
  const double outputs = static_cast<double>(tiling.h.step) * tiling.w.step;
  const double products = 2.0 * static_cast<double>(tiling.spectrum() * tiling.pieces());
  const double fewer = outputs * static_cast<double>(cost.geometry.window.kernel.volume()) / products;
  return {ConvPath::kFft, "fft",
          "spectra of tiles of " + std::to_string(tiling.h.size) + " × " + std::to_string(tiling.w.size) +
              ": " + std::to_string(std::max<int64_t>(1, std::llround(fewer))) +
              " times fewer multiplications"};
}

ConvChoice gemmChoice(const char* reason) { return {ConvPath::kGemm, "gemm", reason}; }

// What is chosen of all that computes the plain sum or a minimal one.
ConvChoice usualChoice(const ConvCostModel& cost, bool narrow) {
  const ConvGeometry& g = cost.geometry;
  const int lanes = productKernels(cost.isa).lanes;
  const bool dense = g.groups == 1 || aligned(g, lanes);
  const double others = narrow ? cost.narrow() : std::min(cost.direct(), cost.tiles());
  if (winogradFits(g) && std::min(cost.winograd(2), cost.winograd(4)) < others) return winogradChoice(cost);
  if (narrow) return narrowChoice(g);
  if (fewOutputs(g, lanes)) return gemmChoice("fewer output channels than half a vector: pixels in lanes");
  if (dense && cost.plain && cost.gemm() < std::min(cost.direct(), cost.tiles())) {
    return gemmChoice("plain in and plain out: panels of pixels save the reorders");
  }
  if (dense) return directChoice(cost);
  if (g.inPerGroup() <= kWidestExpansion) return lanesChoice(g);
  return gemmChoice("groups do not fill whole vectors: pixels in lanes");
}

double costOf(const ConvCostModel& cost, ConvPath path) {
  switch (path) {
    case ConvPath::kGemm:
      return cost.gemm();
    case ConvPath::kNarrow:
      return cost.narrow();
    case ConvPath::kLanes:
    case ConvPath::kExpandedLanes:
      return cost.lanes();
    case ConvPath::kWinograd:
      return std::min(cost.winograd(2), cost.winograd(4));
    case ConvPath::kTiles:
      return cost.tiles();
    default:
      return cost.direct();
  }
}

// Smaller kernels stay with sums that keep a NaN to its window and whole numbers exact; they would gain
// little.
constexpr int64_t kLeastFftTaps = 25;
// Transformed weights take the room of the given ones many times over: up to so many bytes, or so many times.
constexpr double kMostFftWeightBytes = 96e6, kMostFftGrowth = 5;
// Estimates are rough.
constexpr double kFftMargin = 1.2;

bool fftPays(const ConvCostModel& cost, ConvPath usual) {
  const ConvGeometry& g = cost.geometry;
  if (!fftFits(g) || g.window.kernel.volume() < kLeastFftTaps) return false;
  const double given =
      static_cast<double>(g.out_channels) * g.inPerGroup() * g.window.kernel.volume() * sizeof(float);
  const double room = fftWeightBytes(g, fftEstimate(g, cost.constant_weights, cost.isa).tiling);
  return room <= std::max(kMostFftWeightBytes, given * kMostFftGrowth) &&
         cost.fft() * kFftMargin < costOf(cost, usual);
}

}  // namespace

ConvChoice chooseConv(const Step& step, Isa isa, const ConvSurroundings& around) {
  const ConvGeometry& g = step.conv;
  const int lanes = productKernels(isa).lanes;
  const ConvCostModel cost{
      g, isa, around.plain, around.constant_weights, around.cold_weights, around.scaled_input};
  const bool dense = g.groups == 1 || aligned(g, lanes);
  if (step.kind == StepKind::kConvTranspose) return dense ? denseChoice(g, lanes) : lanesChoice(g);
  if (g.in_channels == 0) return gemmChoice("no input channels: only the bias is left");
  const bool narrow = around.plain && narrowPays(g, lanes);
  switch (step.algorithm) {
    case Algorithm::kGemm:
      return gemmChoice("asked for");
    case Algorithm::kDepthwise:
      return narrow ? narrowChoice(g) : lanesChoice(g);
    case Algorithm::kDirect:
      return narrow ? narrowChoice(g) : dense ? directChoice(cost) : lanesChoice(g);
    case Algorithm::kWinograd:
      if (winogradFits(g)) return winogradChoice(cost);
      break;
    case Algorithm::kFft:
      if (fftFits(g)) return fftChoice(cost);
      break;
    default:
      break;
  }
  const ConvChoice usual = usualChoice(cost, narrow);
  return fftPays(cost, usual.path) ? fftChoice(cost) : usual;
}

}  // namespace convkit
