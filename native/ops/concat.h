#pragma once

#include <memory>
#include <vector>

#include "ops/op.h"

namespace convkit {

// Operands [outer, lengthᵢ · inner] side by side; plain values. `runs` has lengthᵢ · inner of each.
std::unique_ptr<Op> makeConcatOp(int64_t outer, std::vector<int64_t> runs, std::vector<Value> operands,
                                 const Value& y);

// One channel of one of several values.
struct ChannelSource {
  int32_t value;
  int32_t channel;
};

// Channel i of y is the one that channels[i] says, of values in blocks of the ISA's lanes, each with a halo
// of its own, which is neither read nor written. All have y's images and pixels. Concatenations, slices and
// shuffles of channels.
std::unique_ptr<Op> makeGatherChannelsOp(std::vector<Value> values,
                                         const std::vector<ChannelSource>& channels, const Value& y, Isa isa);

}  // namespace convkit
