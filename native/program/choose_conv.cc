#include "program/choose_conv.h"

#include "kernels/product/product.h"

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

ConvChoice denseChoice(const ConvGeometry& g, int lanes) {
  if (g.groups == 1 && g.in_channels < lanes) {
    return {ConvPath::kFewChannels, "direct", "few input channels: a row of the kernel is one run of memory"};
  }
  return {ConvPath::kBlocked, "direct", "register tiles over " + std::to_string(lanes) + "-channel blocks"};
}

ConvChoice gemmChoice(const char* reason) { return {ConvPath::kGemm, "gemm", reason}; }

}  // namespace

ConvChoice chooseConv(const Step& step, Isa isa) {
  const ConvGeometry& g = step.conv;
  const int lanes = productKernels(isa).lanes;
  const bool dense = g.groups == 1 || aligned(g, lanes);
  if (step.kind == StepKind::kConvTranspose) return dense ? denseChoice(g, lanes) : lanesChoice(g);
  if (g.in_channels == 0) return gemmChoice("no input channels: only the bias is left");
  switch (step.algorithm) {
    case Algorithm::kGemm:
      return gemmChoice("asked for");
    case Algorithm::kDepthwise:
      return lanesChoice(g);
    case Algorithm::kDirect:
      return dense ? denseChoice(g, lanes) : lanesChoice(g);
    default:
      break;
  }
  if (g.out_channels * 2 < lanes)
    return gemmChoice("fewer output channels than half a vector: pixels in lanes");
  if (dense) return denseChoice(g, lanes);
  if (g.inPerGroup() <= kWidestExpansion) return lanesChoice(g);
  return gemmChoice("groups do not fill whole vectors: pixels in lanes");
}

}  // namespace convkit
