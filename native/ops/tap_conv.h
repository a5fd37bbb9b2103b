#pragma once

#include <memory>
#include <vector>

#include "kernels/product/product.h"
#include "ops/op.h"
#include "ops/packing.h"
#include "ops/taps.h"

namespace convkit {

// Everything that is a sum over taps and channels, with channels last in memory: direct
// convolution, transposed convolution, depthwise and small groups, and the linear layer (one tap).
//
// Two ways to use the vectors:
//   broadcast  one input channel at a time meets a vector of output channels; x has any block.
//   lanes      each output channel's own input channels stand in its lane; x has the ISA's block.
enum class TapMode { kBroadcast, kLanes };

struct TapConvSpec {
  TapMode mode;
  Isa isa;
  int32_t batch;
  int32_t groups;        // broadcast: groups of whole blocks of x and of whole vectors of y. lanes: 1
  int32_t in_channels;   // broadcast: in a group. lanes: terms a lane (x has that many blocks a vector)
  int32_t out_channels;  // in a group; lanes: all
  int64_t kernel;        // elements of the kernel
  std::vector<TapPhase> phases;
  Activation activation;
  Value x, residual, y;        // y and residual: block is the ISA's lanes, or all channels (NHWC)
  Value weights, bias, slope;  // packed; bias and slope may be absent
};

// Where a weight stands in the operand as the user gave it.
struct WeightStrides {
  int64_t group, out_channel, in_channel, tap;
};
WeightStrides convWeightStrides(const ConvGeometry& geometry);
WeightStrides transposedWeightStrides(const ConvGeometry& geometry);

// [group][panel][x block][kernel element][channel][vectors·lanes]. `x_block` is the block of x's layout.
Packing broadcastWeightPacking(const TapConvSpec& spec, int32_t x_block, const WeightStrides& strides);
// [vector][term][kernel element][lanes]; channel numbers here run over all groups.
Packing laneWeightPacking(const TapConvSpec& spec, const ConvGeometry& geometry,
                          const WeightStrides& strides);

std::unique_ptr<Op> makeTapConvOp(TapConvSpec spec);

}  // namespace convkit
