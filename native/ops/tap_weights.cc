// Packing of weights into the order in which the tiles of tap_conv read them.

#include <algorithm>

#include "kernels/layout/layout.h"
#include "ops/tap_conv.h"
#include "ops/tap_panels.h"

namespace convkit {
namespace {

// One panel of broadcast weights: reads each output channel's weights in their own order, so that
// the source is walked along its cache lines.
struct PanelPacker {
  WeightStrides strides;
  int64_t kernel;
  int32_t in_channels, out_channels, x_block;
  Isa isa;

  void pack(const float* source, const Panel& panel, float* packed) const {
    const int64_t lanes = productKernels(isa).lanes, width = panel.vectors * lanes;
    const int64_t first_oc = panel.first * lanes, present = std::min(width, out_channels - first_oc);
    if (present < width) std::fill_n(packed, width * in_channels * kernel, 0.0f);
    source += first_oc * strides.out_channel;
    for (int32_t first = 0; first < in_channels; first += x_block) {
      const int32_t channels = std::min(x_block, in_channels - first);
      const float* from = source + first * strides.in_channel;
      if (strides.tap == 1 && strides.in_channel == kernel) {
        packTogether(from, channels, present, width, packed);
      } else {
        packOneByOne(from, channels, present, width, packed);
      }
      packed += kernel * channels * width;
    }
  }

 private:
  // An output channel's weights of these input channels lie one after another.
  void packTogether(const float* from, int32_t channels, int64_t present, int64_t width,
                    float* packed) const {
    constexpr int64_t kMost = 512;
    int64_t targets[kMost];
    const int64_t weights = channels * kernel;
    for (int64_t first = 0; first < weights; first += kMost) {
      const int64_t count = std::min(kMost, weights - first);
      for (int64_t i = 0; i < count; ++i) {
        targets[i] = ((first + i) % kernel * channels + (first + i) / kernel) * width;
      }
      layoutKernels(isa).scatter(
          {from + first, strides.out_channel, packed, 0, present, count, present, 0, targets});
    }
  }

  void packOneByOne(const float* from, int32_t channels, int64_t present, int64_t width,
                    float* packed) const {
    for (int64_t oc = 0; oc < present; ++oc) {
      for (int64_t t = 0; t < kernel; ++t) {
        float* target = packed + t * channels * width + oc;
        const float* weights = from + oc * strides.out_channel + t * strides.tap;
        for (int32_t c = 0; c < channels; ++c) target[c * width] = weights[c * strides.in_channel];
      }
    }
  }
};

}  // namespace

WeightStrides convWeightStrides(const ConvGeometry& g) {
  const int64_t taps = g.window.kernel.volume();
  return {g.outPerGroup() * g.inPerGroup() * taps, g.inPerGroup() * taps, taps, 1};
}

WeightStrides transposedWeightStrides(const ConvGeometry& g) {
  const int64_t taps = g.window.kernel.volume();
  return {g.inPerGroup() * g.outPerGroup() * taps, taps, g.outPerGroup() * taps, 1};
}

Packing broadcastWeightPacking(const TapConvSpec& spec, int32_t x_block, const WeightStrides& strides) {
  const ProductKernels& kernels = productKernels(spec.isa);
  const PanelSplit panels(spec.out_channels, kernels);
  const PanelPacker packer{strides, spec.kernel, spec.in_channels, spec.out_channels, x_block, spec.isa};
  const int64_t vector_floats = spec.kernel * spec.in_channels * kernels.lanes;

  Packing packing;
  packing.size = vector_floats * panels.vectors() * spec.groups;
  packing.pieces = int64_t{spec.groups} * panels.count();
  packing.name = packingName(
      "broadcast", {static_cast<int>(spec.isa), spec.groups, spec.kernel, spec.in_channels, spec.out_channels,
                    x_block, strides.group, strides.out_channel, strides.in_channel, strides.tap});
  packing.pack = [=](const float* source, float* packed, int64_t piece) {
    const Panel panel = panels.at(static_cast<int32_t>(piece % panels.count()));
    const int64_t group = piece / panels.count();
    packer.pack(source + group * strides.group, panel,
                packed + (group * panels.vectors() + panel.first) * vector_floats);
  };
  return packing;
}

Packing laneWeightPacking(const TapConvSpec& spec, const ConvGeometry& geometry,
                          const WeightStrides& strides) {
  const int lanes = productKernels(spec.isa).lanes;
  const int32_t channels = geometry.out_channels, per_group = geometry.outPerGroup(),
                terms = spec.in_channels;
  const int64_t vectors = (channels + lanes - 1) / lanes, kernel = spec.kernel;

  Packing packing;
  packing.size = vectors * terms * kernel * lanes;
  packing.pieces = vectors;
  packing.name = packingName("lanes", {lanes, channels, per_group, terms, kernel, strides.group,
                                       strides.out_channel, strides.in_channel, strides.tap});
  packing.pack = [=](const float* source, float* packed, int64_t vector) {
    float* target = packed + vector * terms * kernel * lanes;
    for (int64_t step = 0; step < terms * kernel; ++step) {
      for (int lane = 0; lane < lanes; ++lane) {
        const int64_t oc = vector * lanes + lane;
        const int64_t from = oc / per_group * strides.group + oc % per_group * strides.out_channel +
                             step / kernel * strides.in_channel + step % kernel * strides.tap;
        *target++ = oc < channels ? source[from] : 0.0f;
      }
    }
  };
  return packing;
}

}  // namespace convkit
