#include "ops/concat.h"
#include "ops/strided.h"
#include "program/channel_axes.h"
#include "program/plan_general.h"

namespace convkit {
namespace {

const char* const kPlain = "plain";
const char* const kBlocksOfChannels = "blocks of channels, as its operands lie";

// The space of the operand that has blocks, if its channels are what the step concatenates.
bool blockedSpace(const Step& step, const ValueTable& table, Extent3* space) {
  for (const int32_t slot : step.operands) {
    Dims dims;
    if (!table.isBlocked(slot, &dims)) continue;
    *space = dims.space;
    if (dims.n == step.concat.outer && space->volume() == step.concat.inner) return true;
  }
  return false;
}

StepDescription planBlockedConcat(const Step& step, const Extent3& space, Isa isa, ValueTable& table) {
  const int32_t images = step.concat.outer;
  std::vector<Value> operands;
  std::vector<ChannelSource> channels;
  for (const int32_t slot : step.operands) {
    const Dims dims{images, static_cast<int32_t>(table.sizeOf(slot) / images / step.concat.inner), space};
    for (int32_t c = 0; c < dims.c; ++c) channels.push_back({static_cast<int32_t>(operands.size()), c});
    operands.push_back(table.blocked(slot, dims));
  }
  const Value y = table.newBlocked(step.results[0], {images, static_cast<int32_t>(channels.size()), space});
  table.emit(makeGatherChannelsOp(operands, channels, y, isa), operands, {y});
  return {kPlain, kBlocksOfChannels};
}

}  // namespace

StepDescription planConcat(const Step& step, Isa isa, ValueTable& table) {
  Extent3 space;
  if (blockedSpace(step, table, &space) && blocksPay(step, table)) {
    return planBlockedConcat(step, space, isa, table);
  }
  std::vector<Value> operands;
  std::vector<int64_t> runs;
  for (const int32_t slot : step.operands) {
    operands.push_back(flatValue(slot, table));
    runs.push_back(table.sizeOf(slot) / step.concat.outer);
  }
  const Value y = table.newPlain(step.results[0], flatDims(table.sizeOf(step.results[0])));
  table.emit(makeConcatOp(step.concat.outer, std::move(runs), operands, y), operands, {y});
  return {kPlain, "copies side by side"};
}

StepDescription planStrided(const Step& step, Isa isa, ValueTable& table) {
  const int32_t slot = step.operands[0];
  Dims dims;
  if (table.isBlocked(slot, &dims) && blocksPay(step, table)) {
    const std::vector<ChannelSource> channels = channelsOf(step.strided, dims);
    if (!channels.empty()) {
      const Value x = table.blocked(slot, dims);
      const Dims y_dims{dims.n, static_cast<int32_t>(channels.size()), dims.space};
      const Value y = table.newBlocked(step.results[0], y_dims);
      table.emit(makeGatherChannelsOp({x}, channels, y, isa), {x}, {y});
      return {kPlain, kBlocksOfChannels};
    }
  }
  const Value x = flatValue(slot, table);
  const Value y = table.newPlain(step.results[0], flatDims(table.sizeOf(step.results[0])));
  table.emit(makeStridedOp(step.strided, x, y, isa), {x}, {y});
  return {kPlain, "values in the order of its strides"};
}

}  // namespace convkit
