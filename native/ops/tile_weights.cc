// Packing of weights for the kernels of the `tiles` family.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/tiles/tiles.h"
#include "ops/tile_conv.h"

namespace convkit {
namespace {

// An output channel's power of two, which brings the largest of its weights to [1, 2), and its inverse.
struct Scale {
  float up = 1, down = 1;
  bool unusual = false;
};

// Both factors have to be normal. Weights that are smaller still count as zeros, as in every product.
constexpr float kLeastWeight = std::numeric_limits<float>::min();

Scale scaleFor(uint32_t largest_bits) {
  constexpr uint32_t kInfinity = 0x7f800000;
  constexpr int kMostExponent = 126;
  if (largest_bits >= kInfinity) return {1, 1, true};
  if (largest_bits == 0) return {};
  const int exponent = static_cast<int>(largest_bits >> 23) - 127;
  const int bounded = std::max(-kMostExponent, std::min(kMostExponent, exponent));
  return {std::ldexp(1.0f, -bounded), std::ldexp(1.0f, bounded), false};
}

struct TilePacker {
  const TileKernels* kernels;
  WeightStrides strides;
  std::vector<int32_t> taps;  // flat kernel indices, in the order of the reads
  int32_t in_channels, out_channels;

  int64_t tapCount() const { return static_cast<int64_t>(taps.size()); }
  int64_t reads() const { return (in_channels + kTileLanes - 1) / kTileLanes * tapCount(); }
  int64_t steps() const { return tileSteps(reads()); }
  int64_t vectors() const { return (out_channels + kTileLanes - 1) / kTileLanes; }

  void pack(const float* source, float* packed, int64_t vector) const {
    const TileWeights target = tileWeightsOf(packed, vector, vectors(), steps());
    const int64_t first = vector * kTileLanes;
    const int present = static_cast<int>(std::min<int64_t>(kTileLanes, out_channels - first));
    source += first * strides.out_channel;
    TileWeightsHeader header{};
    float up[kTileLanes];
    for (int output = 0; output < kTileLanes; ++output) {
      const Scale scale = output < present ? scaleOf(source + output * strides.out_channel) : Scale{};
      up[output] = scale.up;
      header.scale[output] = scale.down;
      if (scale.unusual) header.unusual = 1;
    }
    std::memcpy(const_cast<TileWeightsHeader*>(target.header), &header, sizeof header);
    TileStep* packed_step = const_cast<TileStep*>(target.steps);
    for (int64_t step = 0; step < steps(); ++step, packed_step += target.stride) {
      float weights[kTileLanes][kTileValues] = {};
      for (int output = 0; output < present; ++output)
        gather(source + output * strides.out_channel, step, up[output], weights[output]);
      kernels->pack(weights[0], packed_step);
    }
  }

 private:
  Scale scaleOf(const float* weights) const {
    uint32_t largest = 0;
    for (int32_t channel = 0; channel < in_channels; ++channel) {
      for (const int32_t tap : taps) {
        uint32_t bits;
        std::memcpy(&bits, weights + channel * strides.in_channel + tap * strides.tap, sizeof bits);
        largest = std::max(largest, bits & 0x7fffffffu);
      }
    }
    return scaleFor(largest);
  }

  // One output channel's weights of both reads of a step.
  void gather(const float* weights, int64_t step, float up, float* values) const {
    for (int64_t read = 2 * step; read < std::min(2 * step + 2, reads()); ++read, values += kTileLanes) {
      const int64_t channel = read / tapCount() * kTileLanes;
      const float* from = weights + channel * strides.in_channel + taps[read % tapCount()] * strides.tap;
      const int64_t count = std::min<int64_t>(kTileLanes, in_channels - channel);
      for (int64_t k = 0; k < count; ++k) {
        const float weight = from[k * strides.in_channel];
        values[k] = std::fabs(weight) < kLeastWeight ? 0 : weight * up;
      }
    }
  }
};

}  // namespace

Packing tileWeightPacking(const TapConvSpec& spec, const WeightStrides& strides) {
  TilePacker packer{tileKernels(spec.isa), strides, {}, spec.in_channels, spec.out_channels};
  spec.phases[0].forEachTap([&](const Tap& tap) { packer.taps.push_back(tap.index); });

  Packing packing;
  packing.size = tileWeightsSize(packer.vectors(), packer.steps());
  packing.pieces = packer.vectors();
  packing.name = packingName("tiles", {packer.tapCount(), spec.in_channels, spec.out_channels,
                                       strides.out_channel, strides.in_channel, strides.tap});
  packing.pack = [packer](const float* source, float* packed, int64_t vector) {
    packer.pack(source, packed, vector);
  };
  return packing;
}

}  // namespace convkit
