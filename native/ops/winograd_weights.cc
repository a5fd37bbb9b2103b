#include <algorithm>

#include "ops/tap_panels.h"
#include "ops/winograd_conv.h"

namespace convkit {

Packing winogradWeightPacking(const ConvGeometry& geometry, int tile, Isa isa) {
  const ProductKernels& kernels = productKernels(isa);
  const PanelSplit panels(geometry.out_channels, kernels);
  const int64_t patch = tile + 2, elements = patch * patch, lanes = kernels.lanes;
  const int64_t in_channels = geometry.in_channels, out_channels = geometry.out_channels;

  Packing packing;
  packing.size = elements * winogradWeightStride(in_channels, panels.vectors(), lanes);
  packing.pieces = panels.count();
  packing.name = packingName("winograd", {static_cast<int>(isa), tile, in_channels, out_channels});
  const WinogradTransforms& transforms = tile == 4 ? winogradKernels(isa).f4 : winogradKernels(isa).f2;
  const auto transform = transforms.weights;
  packing.pack = [=](const float* source, float* packed, int64_t piece) {
    const Panel panel = panels.at(static_cast<int32_t>(piece));
    const int64_t width = panel.vectors * lanes;
    packed += elements * winogradWeightStride(in_channels, panel.first, lanes);
    const int64_t oc = panel.first * lanes;
    transform({source + oc * in_channels * 9, in_channels * 9, in_channels,
               static_cast<int32_t>(std::min(width, out_channels - oc)), packed, width,
               winogradWeightStride(in_channels, panel.vectors, lanes)});
  };
  return packing;
}

}  // namespace convkit
