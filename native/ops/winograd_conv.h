#pragma once

#include <memory>

#include "kernels/winograd/winograd.h"
#include "ops/op.h"
#include "ops/packing.h"
#include "ops/tap_conv.h"

namespace convkit {

// What a Winograd convolution reads. What is not transformed yet is so for each block of tiles, a few input
// channels at a time, and never leaves the cache; that pays where there are few blocks.
enum class WinogradWeights {
  kTransformed,
  kCompact,  // kernels in their lanes, in the order of use: a quarter of the transformed ones to stream
  kRaw       // as the user gave them, who may change them with every run
};

// A 3×3 convolution with stride 1 by Winograd's minimal filtering, fused: a thread transforms the
// patches of a few tiles, multiplies them with each panel of output channels' weights while both are
// in its second-level cache, and writes each output once. Dilation d is d² interleaved dense
// convolutions, tiles of which differ in their strides only.
struct WinogradConvSpec {
  Isa isa;
  int tile;  // 2 or 4
  ConvGeometry geometry;
  Activation activation;
  Value x;                     // blocked, or plain without dilation
  Value residual, y;           // both blocked, or both plain without dilation
  Value weights, bias, slope;  // packed; bias and slope may be absent
  WinogradWeights form;
};

// Floats from one element's weights to the next one's. The padding keeps the elements of one kernel, which
// are written together, off one another's cache sets.
inline int64_t winogradWeightStride(int64_t channels, int64_t vectors, int64_t lanes) {
  return vectors * (channels * lanes + 16);
}

// [panel][element][channel][vectors·lanes].
Packing winogradWeightPacking(const ConvGeometry& geometry, int tile, Isa isa);

// [panel][channel][vector][9][lanes].
Packing compactWinogradPacking(const ConvGeometry& geometry, Isa isa);

// Blocks of tiles in one image: how often weights that are not are transformed.
int64_t winogradBlocks(const ConvGeometry& geometry, int tile, Isa isa);

std::unique_ptr<Op> makeWinogradConvOp(const WinogradConvSpec& spec);

}  // namespace convkit
