// Packing of weights into the order in which the tiles of tap_conv read them.

#include <algorithm>

#include "ops/tap_conv.h"
#include "ops/tap_panels.h"

namespace convkit {
namespace {

// One panel of broadcast weights: reads each output channel's weights in their own order, so that
// the source is walked along its cache lines.
struct PanelPacker {
  WeightStrides strides;
  int32_t in_channels, out_channels, x_block;
  int lanes;

  void pack(const float* source, const std::vector<Tap>& taps, const Panel& panel, float* packed) const {
    const int64_t width = int64_t{panel.vectors} * lanes;
    const int64_t taps_count = static_cast<int64_t>(taps.size());
    for (int32_t first = 0; first < in_channels; first += x_block) {
      const int32_t channels = std::min(x_block, in_channels - first);
      for (int64_t column = 0; column < width; ++column) {
        const int64_t oc = int64_t{panel.first} * lanes + column;
        for (int64_t t = 0; t < taps_count; ++t) {
          float* target = packed + t * channels * width + column;
          const float* from =
              source + oc * strides.out_channel + first * strides.in_channel + taps[t].index * strides.tap;
          for (int32_t c = 0; c < channels; ++c) {
            target[c * width] = oc < out_channels ? from[c * strides.in_channel] : 0.0f;
          }
        }
      }
      packed += taps_count * channels * width;
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
  const int lanes = productKernels(spec.isa).lanes;
  const PanelPacker packer{strides, spec.in_channels, spec.out_channels, x_block, lanes};
  const PanelSplit panels(spec.out_channels, productKernels(spec.isa));
  const std::vector<TapPhase> phases = spec.phases;
  const int32_t groups = spec.groups;
  const int64_t group_floats_per_tap = int64_t{panels.vectors()} * lanes * spec.in_channels;

  Packing packing;
  for (const TapPhase& phase : phases) {
    packing.size += group_floats_per_tap * groups * static_cast<int64_t>(phase.taps.size());
  }
  packing.pieces = static_cast<int64_t>(phases.size()) * groups * panels.count();
  packing.pack = [=](const float* source, float* packed, int64_t piece) {
    const int32_t panel = static_cast<int32_t>(piece % panels.count());
    const int64_t group = piece / panels.count() % groups;
    const int64_t phase = piece / panels.count() / groups;
    for (int64_t p = 0; p < phase; ++p) {
      packed += group_floats_per_tap * groups * static_cast<int64_t>(phases[p].taps.size());
    }
    const std::vector<Tap>& taps = phases[phase].taps;
    const int64_t per_vector = int64_t{lanes} * packer.in_channels * static_cast<int64_t>(taps.size());
    packed += (group * panels.vectors() + panels.at(panel).first) * per_vector;
    packer.pack(source + group * strides.group, taps, panels.at(panel), packed);
  };
  return packing;
}

Packing laneWeightPacking(const TapConvSpec& spec, const ConvGeometry& geometry, const WeightStrides& strides) {
  const int lanes = productKernels(spec.isa).lanes;
  const int32_t channels = geometry.out_channels, per_group = geometry.outPerGroup(), terms = spec.in_channels;
  const int64_t vectors = (channels + lanes - 1) / lanes;
  const std::vector<TapPhase> phases = spec.phases;

  Packing packing;
  for (const TapPhase& phase : phases) {
    packing.size += vectors * terms * static_cast<int64_t>(phase.taps.size()) * lanes;
  }
  packing.pieces = vectors;
  packing.pack = [=](const float* source, float* packed, int64_t vector) {
    for (const TapPhase& phase : phases) {
      const int64_t per_vector = terms * static_cast<int64_t>(phase.taps.size()) * lanes;
      float* target = packed + vector * per_vector;
      for (int32_t term = 0; term < terms; ++term) {
        for (const Tap& tap : phase.taps) {
          for (int lane = 0; lane < lanes; ++lane) {
            const int64_t oc = vector * lanes + lane;
            const int64_t from = oc / per_group * strides.group + oc % per_group * strides.out_channel +
                                 term * strides.in_channel + tap.index * strides.tap;
            *target++ = oc < channels ? source[from] : 0.0f;
          }
        }
      }
      packed += vectors * per_vector;
    }
  };
  return packing;
}

}  // namespace convkit
