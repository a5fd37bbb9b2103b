#include <algorithm>

#include "kernels/layout/layout.h"
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

Packing compactWinogradPacking(const ConvGeometry& geometry, Isa isa) {
  const ProductKernels& kernels = productKernels(isa);
  const PanelSplit panels(geometry.out_channels, kernels);
  const int64_t lanes = kernels.lanes, in_channels = geometry.in_channels,
                out_channels = geometry.out_channels;

  Packing packing;
  packing.size = panels.vectors() * lanes * in_channels * 9;
  packing.pieces = panels.vectors();
  packing.name = packingName("compact", {static_cast<int>(isa), in_channels, out_channels});
  packing.pack = [=](const float* source, float* packed, int64_t vector) {
    int32_t index = 0;
    while (panels.at(index).first + panels.at(index).vectors <= vector) ++index;
    const Panel panel = panels.at(index);
    packed += (panel.first * in_channels + vector - panel.first) * lanes * 9;
    const int64_t channel_stride = panel.vectors * lanes * 9;
    const int64_t oc = vector * lanes, present = std::min(lanes, out_channels - oc);
    constexpr int64_t kMost = 64;
    int64_t targets[9 * kMost];
    for (int64_t first = 0; first < in_channels; first += kMost) {
      const int64_t channels = std::min(kMost, in_channels - first);
      for (int64_t i = 0; i < 9 * channels; ++i) targets[i] = i / 9 * channel_stride + i % 9 * lanes;
      float* to = packed + first * channel_stride;
      if (present < lanes) {
        for (int64_t i = 0; i < 9 * channels; ++i) std::fill_n(to + targets[i], lanes, 0.0f);
      }
      layoutKernels(isa).scatter({source + (oc * in_channels + first) * 9, in_channels * 9, to, 0, present,
                                  9 * channels, present, 0, targets});
    }
  };
  return packing;
}

}  // namespace convkit
