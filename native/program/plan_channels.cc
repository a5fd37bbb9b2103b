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

struct ConcatPart {
  int32_t slot;
  Value value;
  int32_t channel;
  bool in_place;
};

// Copies parts that lie one after another. Those that fill blocks need not be copied there again.
void copyParts(const std::vector<ConcatPart>& parts, const Value& y, Isa isa, ValueTable& table) {
  std::vector<Value> operands;
  std::vector<ChannelSource> channels;
  for (const ConcatPart& part : parts) {
    for (int32_t c = 0; c < part.value.layout.dims.c; ++c) {
      channels.push_back({static_cast<int32_t>(operands.size()), c});
    }
    operands.push_back(part.value);
  }
  const int32_t count = static_cast<int32_t>(channels.size()), lanes = table.lanes();
  if (count == 0) return;
  const Value target = count == y.layout.dims.c ? y : table.slice(y, parts[0].channel, count);
  table.emit(makeGatherChannelsOp(operands, channels, target, isa), operands, {target});
  for (const ConcatPart& part : parts) {
    const int32_t size = part.value.layout.dims.c;
    if (size == 0 || size % lanes != 0 || part.channel % lanes != 0) continue;
    table.addBlocked(part.slot, table.slice(y, part.channel, size));
  }
}

// What was written in place consists of whole blocks, except at the end: between two such parts are blocks
// that only copies fill.
void copyTheRest(const std::vector<ConcatPart>& parts, const Value& y, Isa isa, ValueTable& table) {
  std::vector<ConcatPart> run;
  for (const ConcatPart& part : parts) {
    if (!part.in_place) {
      run.push_back(part);
      continue;
    }
    copyParts(run, y, isa, table);
    run.clear();
  }
  copyParts(run, y, isa, table);
}

StepDescription planBlockedConcat(const Step& step, const Extent3& space, Isa isa, ValueTable& table) {
  const int32_t images = step.concat.outer;
  std::vector<ConcatPart> parts;
  int32_t channels = 0;
  for (const int32_t slot : step.operands) {
    const Dims dims{images, static_cast<int32_t>(table.sizeOf(slot) / images / step.concat.inner), space};
    parts.push_back({slot, table.blocked(slot, dims), channels, false});
    channels += dims.c;
  }
  const Value y = table.newBlocked(step.results[0], {images, channels, space});
  size_t in_place = 0;
  for (ConcatPart& part : parts) {
    part.in_place = table.liesIn(part.slot, y, part.channel);
    in_place += part.in_place ? 1 : 0;
  }
  copyTheRest(parts, y, isa, table);
  if (in_place == 0) return {kPlain, std::string("copied: ") + kBlocksOfChannels};
  if (in_place == parts.size()) return {kPlain, "written in place, nothing is copied"};
  return {kPlain, "written in place: " + std::to_string(in_place) + " of " + std::to_string(parts.size()) +
                      " operands; the others copied"};
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
  return {kPlain, "copied side by side"};
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
