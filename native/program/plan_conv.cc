#include <algorithm>

#include "ops/banded_conv.h"
#include "ops/depthwise_blocked.h"
#include "ops/reorder.h"
#include "ops/tap_conv.h"
#include "ops/tap_panels.h"
#include "ops/tile_conv.h"
#include "ops/winograd_conv.h"
#include "program/choose_conv.h"
#include "program/plan_plain_conv.h"
#include "program/plan_steps.h"

namespace convkit {
namespace {

std::vector<TapPhase> phasesOf(const Step& step) {
  return step.kind == StepKind::kConv ? convolutionPhases(step.conv.window)
                                      : transposedPhases(step.conv.window);
}

WeightStrides weightStridesOf(const Step& step) {
  return step.kind == StepKind::kConv ? convWeightStrides(step.conv) : transposedWeightStrides(step.conv);
}

struct ChannelVectors {
  Value bias, slope;
};

// Bias and slope are read in whole vectors: padded to them.
ChannelVectors packChannelVectors(const Step& step, int64_t channels, ValueTable& table) {
  const int64_t lanes = table.lanes();
  const int64_t padded = (channels + lanes - 1) / lanes * lanes;
  const int64_t slopes = table.sizeOf(step.operands[4]);
  return {table.packed(step.operands[2], vectorPacking(channels, channels, padded)),
          table.packed(step.operands[4], vectorPacking(slopes, channels, padded))};
}

void packChannelVectors(const Step& step, int64_t channels, ValueTable& table, TapConvSpec* spec) {
  const ChannelVectors vectors = packChannelVectors(step, channels, table);
  spec->bias = vectors.bias;
  spec->slope = vectors.slope;
}

void emitTapConv(TapConvSpec spec, ValueTable& table) {
  const Value x = spec.x, residual = spec.residual, y = spec.y;
  const Value weights = spec.weights, bias = spec.bias, slope = spec.slope;
  table.emit(makeTapConvOp(std::move(spec)), {x, residual, weights, bias, slope}, {y});
}

// What blocked and lane convolutions share: phases, epilogue, blocked results.
TapConvSpec baseSpec(const Step& step, Isa isa) {
  TapConvSpec spec{};
  spec.isa = isa;
  spec.batch = step.conv.batch;
  spec.kernel = step.conv.window.kernel.volume();
  spec.phases = phasesOf(step);
  spec.activation = step.activation;
  return spec;
}

TapConvSpec broadcastSpec(const Step& step, Isa isa) {
  TapConvSpec spec = baseSpec(step, isa);
  spec.mode = TapMode::kBroadcast;
  spec.groups = step.conv.groups;
  spec.in_channels = step.conv.inPerGroup();
  spec.out_channels = step.conv.outPerGroup();
  return spec;
}

// The operands and the result of a convolution in blocks, but for its weights.
TapConvSpec blockedSpec(const Step& step, Isa isa, int32_t x, bool few_channels, ValueTable& table) {
  const ConvGeometry& g = step.conv;
  const ConvDims dims = dimsOf(g);
  TapConvSpec spec = broadcastSpec(step, isa);
  const Halo halo = requiredHalo(spec.phases, g.window.input);
  spec.x = few_channels ? table.channelsLast(x, dims.x, halo) : table.blocked(x, dims.x, halo);
  spec.residual = table.blockedOrAbsent(step.operands[3], dims.y);
  packChannelVectors(step, g.out_channels, table, &spec);
  return spec;
}

void planBroadcast(const Step& step, Isa isa, bool few_channels, ValueTable& table) {
  TapConvSpec spec = blockedSpec(step, isa, step.operands[0], few_channels, table);
  spec.weights = table.packed(step.operands[1],
                              broadcastWeightPacking(spec, spec.x.layout.block, weightStridesOf(step)));
  spec.y = table.newBlocked(step.results[0], dimsOf(step.conv).y);
  emitTapConv(std::move(spec), table);
}

void planTiles(const Step& step, Isa isa, ValueTable& table) {
  const ValueTable::LeftScale* left = table.leftScale(step.operands[0]);
  const Value scale = left ? left->scale : Value{};
  TapConvSpec spec = blockedSpec(step, isa, left ? left->x : step.operands[0], false, table);
  spec.weights = table.packed(step.operands[1], tileWeightPacking(spec, weightStridesOf(step)));
  spec.y = table.newBlocked(step.results[0], dimsOf(step.conv).y);
  const std::vector<Value> reads = {spec.x, scale, spec.residual, spec.weights, spec.bias, spec.slope};
  const Value y = spec.y;
  table.emit(makeTileConvOp(std::move(spec), scale), reads, {y});
}

// For each lane of each output vector and each of its terms, the input channel it reads.
std::vector<int32_t> laneSources(const ConvGeometry& g, int32_t lanes) {
  const int32_t vectors = (g.out_channels + lanes - 1) / lanes, terms = g.inPerGroup();
  std::vector<int32_t> sources;
  for (int32_t vector = 0; vector < vectors; ++vector) {
    for (int32_t term = 0; term < terms; ++term) {
      for (int32_t lane = 0; lane < lanes; ++lane) {
        const int32_t channel = vector * lanes + lane;
        sources.push_back(channel < g.out_channels ? channel / g.outPerGroup() * terms + term : -1);
      }
    }
  }
  return sources;
}

Value expanded(const Step& step, const Halo& halo, ValueTable& table) {
  const ConvGeometry& g = step.conv;
  const Value from = table.plain(step.operands[0], dimsOf(g).x);
  std::vector<int32_t> sources = laneSources(g, table.lanes());
  const Dims dims{g.batch, static_cast<int32_t>(sources.size()), g.window.input};
  const Value to = table.temporary(blockedLayout(dims, table.lanes(), halo));
  if (!halo.empty()) table.emit(makeZeroHaloOp(to), {}, {to});
  table.emit(makeExpandOp(from, to, std::move(sources)), {from}, {to});
  return to;
}

// One channel a lane, by the depthwise kernels.
bool goesByRows(const Step& step) {
  return step.kind == StepKind::kConv && step.conv.inPerGroup() == 1 && depthwiseFits(step.conv.window);
}

// The zeros that have to stand around the input's planes.
Halo haloOf(const Step& step, ConvPath path) {
  if (path == ConvPath::kWinograd || (path == ConvPath::kLanes && goesByRows(step))) return {};
  return requiredHalo(phasesOf(step), step.conv.window.input);
}

void planLanes(const Step& step, Isa isa, bool expand, ValueTable& table) {
  const ConvGeometry& g = step.conv;
  const ConvDims dims = dimsOf(g);
  TapConvSpec spec = baseSpec(step, isa);
  spec.mode = TapMode::kLanes;
  spec.groups = 1;
  spec.in_channels = g.inPerGroup();
  spec.out_channels = g.out_channels;
  const Halo halo = haloOf(step, ConvPath::kLanes);
  spec.x = expand ? expanded(step, halo, table) : table.blocked(step.operands[0], dims.x, halo);
  spec.residual = table.blockedOrAbsent(step.operands[3], dims.y);
  spec.weights = table.packed(step.operands[1], laneWeightPacking(spec, g, weightStridesOf(step)));
  packChannelVectors(step, g.out_channels, table, &spec);
  spec.y = table.newBlocked(step.results[0], dims.y);
  if (goesByRows(step)) {
    table.emit(makeDepthwiseOp({isa, g.window, spec.activation, spec.x, spec.residual, spec.y, spec.weights,
                                spec.bias, spec.slope}),
               {spec.x, spec.residual, spec.weights, spec.bias, spec.slope}, {spec.y});
  } else {
    emitTapConv(std::move(spec), table);
  }
}

// Straight from and to plain planes where nobody else has or wants blocks. The pixels of a dilated
// tile do not lie side by side, which only blocks can bear.
void planWinograd(const Step& step, Isa isa, const ConvChoice& choice, ValueTable& table) {
  const int tile = choice.tile;
  const ConvGeometry& g = step.conv;
  const ConvDims dims = dimsOf(g);
  const bool dense = g.window.dilation.h == 1 && g.window.dilation.w == 1;
  const bool plain_x = dense && table.comesPlain(step.operands[0]);
  const bool plain_y = dense && table.goesPlain(step.results[0]);
  WinogradConvSpec spec{};
  spec.isa = isa;
  spec.tile = tile;
  spec.geometry = g;
  spec.activation = step.activation;
  spec.x = plain_x ? table.plain(step.operands[0], dims.x) : table.blocked(step.operands[0], dims.x, Halo{});
  spec.residual = plain_y ? table.plainOrAbsent(step.operands[3], dims.y)
                          : table.blockedOrAbsent(step.operands[3], dims.y);
  const int32_t weight = step.operands[1];
  // The same bits any way.
  spec.form =
      choice.weights == WinogradWeights::kRaw && g.batch > 2 ? WinogradWeights::kTransformed : choice.weights;
  switch (spec.form) {
    case WinogradWeights::kRaw:
      spec.weights = table.plain(weight, vectorDims(table.sizeOf(weight)));
      break;
    case WinogradWeights::kCompact:
      spec.weights = table.packed(weight, compactWinogradPacking(g, isa));
      break;
    case WinogradWeights::kTransformed:
      spec.weights = table.packed(weight, winogradWeightPacking(g, tile, isa));
  }
  const ChannelVectors vectors = packChannelVectors(step, g.out_channels, table);
  spec.bias = vectors.bias;
  spec.slope = vectors.slope;
  spec.y = plain_y ? table.newPlain(step.results[0], dims.y) : table.newBlocked(step.results[0], dims.y);
  table.emit(makeWinogradConvOp(spec), {spec.x, spec.residual, spec.weights, spec.bias, spec.slope},
             {spec.y});
}

// planBroadcast in bands, from planes to planes.
void planBanded(const Step& step, Isa isa, const ConvChoice& choice, ValueTable& table) {
  const ConvGeometry& g = step.conv;
  const ConvDims dims = dimsOf(g);
  TapConvSpec spec = broadcastSpec(step, isa);
  spec.x = table.plain(step.operands[0], dims.x);
  spec.residual = table.plainOrAbsent(step.operands[3], dims.y);
  const int32_t x_block = choice.path == ConvPath::kFewChannels ? g.in_channels : table.lanes();
  spec.weights = table.packed(step.operands[1], broadcastWeightPacking(spec, x_block, weightStridesOf(step)));
  packChannelVectors(step, g.out_channels, table, &spec);
  spec.y = table.newPlain(step.results[0], dims.y);
  table.emit(makeBandedConvOp(spec, g.window, x_block, choice.bands),
             {spec.x, spec.residual, spec.weights, spec.bias, spec.slope}, {spec.y});
}

bool writesPlanes(ConvPath path) {
  return path == ConvPath::kGemm || path == ConvPath::kNarrow || path == ConvPath::kFft;
}

}  // namespace

void requestConvBlocks(const Step& step, Isa isa, ValueTable& table) {
  const ConvChoice choice =
      chooseConv(step, isa, {false, table.isConstant(step.operands[1]), table.hasColdWeights()});
  const bool blocked = choice.path == ConvPath::kWinograd || choice.path == ConvPath::kBlocked ||
                       choice.path == ConvPath::kTiles || choice.path == ConvPath::kLanes;
  if (blocked) table.requestHalo(step.operands[0], haloOf(step, choice.path));
}

bool convLeavesBlocks(const Step& step, Isa isa, const ValueTable& table) {
  return !writesPlanes(chooseConv(step, isa, {false, table.isConstant(step.operands[1])}).path);
}

// By the matrix units, which split what they read anyway. Zeros of a padding would have to stay zeros.
bool convScalesInput(const Step& step, Isa isa, const ValueTable& table) {
  if (step.kind != StepKind::kConv || step.conv.window.kernel.volume() != 1) return false;
  if (!requiredHalo(phasesOf(step), step.conv.window.input).empty()) return false;
  const ConvSurroundings around{false, table.isConstant(step.operands[1]), table.hasColdWeights(), true};
  return chooseConv(step, isa, around).path == ConvPath::kTiles;
}

StepDescription planConv(const Step& step, Isa isa, ValueTable& table) {
  const bool scaled = table.leftScale(step.operands[0]) != nullptr;
  const bool plain = !scaled && table.plainThroughout(step.operands[0], step.results[0]);
  const ConvChoice choice =
      chooseConv(step, isa, {plain, table.isConstant(step.operands[1]), table.hasColdWeights(), scaled});
  switch (choice.path) {
    case ConvPath::kGemm:
      planGemmConv(step, isa, table);
      break;
    case ConvPath::kBlocked:
    case ConvPath::kFewChannels:
      if (choice.bands > 1) {
        planBanded(step, isa, choice, table);
      } else {
        planBroadcast(step, isa, choice.path == ConvPath::kFewChannels, table);
      }
      break;
    case ConvPath::kTiles:
      planTiles(step, isa, table);
      break;
    case ConvPath::kNarrow:
      planNarrowConv(step, isa, table);
      break;
    case ConvPath::kWinograd:
      planWinograd(step, isa, choice, table);
      break;
    case ConvPath::kFft:
      planFftConv(step, isa, table);
      break;
    case ConvPath::kLanes:
    case ConvPath::kExpandedLanes:
      planLanes(step, isa, choice.path == ConvPath::kExpandedLanes, table);
      break;
  }
  return {choice.algorithm, choice.reason};
}

// A matrix [rows, features] is an image of one row, features last: the linear layer is a
// convolution with one tap, and needs no reorder on either side.
StepDescription planLinear(const Step& step, Isa isa, ValueTable& table) {
  const LinearGeometry& g = step.linear;
  const Dims plain_x{g.rows, g.in_features, {1, 1, 1}}, plain_y{g.rows, g.out_features, {1, 1, 1}};
  const Dims x_dims{1, g.in_features, {1, 1, g.rows}}, y_dims{1, g.out_features, {1, 1, g.rows}};
  const Layout x_layout = blockedLayout(x_dims, std::max(1, g.in_features));
  const Layout y_layout = blockedLayout(y_dims, g.out_features);

  TapConvSpec spec{};
  spec.mode = TapMode::kBroadcast;
  spec.isa = isa;
  spec.batch = 1;
  spec.groups = 1;
  spec.in_channels = g.in_features;
  spec.out_channels = g.out_features;
  spec.activation = step.activation;
  spec.kernel = 1;
  constexpr AxisTaps kOne{1, 0, 1, 0, 1};
  spec.phases = {{{0, 0, 0}, {1, 1, 1}, {1, 1, g.rows}, {1, 1, 1}, kOne, kOne, kOne, {1, 1, 1}}};
  spec.x = {table.plain(step.operands[0], plain_x).id, x_layout};
  const Value residual = table.plainOrAbsent(step.operands[3], plain_y);
  if (residual.present()) spec.residual = {residual.id, y_layout};
  const WeightStrides strides{0, g.in_features, 1, 1};
  spec.weights = table.packed(step.operands[1], broadcastWeightPacking(spec, x_layout.block, strides));
  packChannelVectors(step, g.out_features, table, &spec);
  spec.y = {table.newPlain(step.results[0], plain_y).id, y_layout};
  emitTapConv(std::move(spec), table);
  return {"gemm", "register tiles over rows and output features"};
}

}  // namespace convkit
