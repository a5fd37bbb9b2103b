#include "program/slot_facts.h"

#include <algorithm>
#include <utility>

#include "ops/pool_windows.h"
#include "program/plan_steps.h"
#include "program/value_table.h"

namespace convkit {
namespace {

// Where a long average begins a new partial sum depends on whether there is a halo between two rows.
bool sumsDependOnHalo(const Step& step) {
  if (step.kind == StepKind::kAvgPool) return step.pool.window.kernel.volume() > kManyTerms;
  return step.kind == StepKind::kReduce || step.kind == StepKind::kAdaptiveAvgPool;
}

bool isConv(StepKind kind) { return kind == StepKind::kConv || kind == StepKind::kConvTranspose; }

// Of a step whose result is wanted in blocks. `blocked`: an operand comes so.
bool leavesBlocks(const Step& step, bool blocked, Isa isa, const ValueTable& table) {
  switch (step.kind) {
    case StepKind::kConv:
    case StepKind::kConvTranspose:
      return convLeavesBlocks(step, isa, table);
    case StepKind::kMaxPool:
    case StepKind::kAvgPool:
    case StepKind::kAdaptiveAvgPool:
    case StepKind::kAdaptiveMaxPool:
      return step.results.size() == 1 || step.results[1] == kNoSlot;
    case StepKind::kBatchNorm:
    case StepKind::kActivation:
    case StepKind::kUnary:
    case StepKind::kBinary:
    case StepKind::kStrided:
    case StepKind::kConcat:
    case StepKind::kResample:
      return blocked;
    default:
      return false;
  }
}

// Goes through the steps in order, so that the operands' facts are known.
class FactFinder {
 public:
  FactFinder(const DecodedProgram& program, Isa isa, const ValueTable& table)
      : isa_(isa), table_(table), facts_(program.slots.size()) {
    for (size_t slot = 0; slot < facts_.size(); ++slot) facts_[slot].source = static_cast<int32_t>(slot);
    const int32_t end = static_cast<int32_t>(program.steps.size());
    for (int32_t i = 0; i < end; ++i) note(program.steps[i], i);
    for (const int32_t slot : program.outputs) factsOf(slot).room.last = end;
  }

  std::vector<SlotFacts> take() { return std::move(facts_); }

 private:
  SlotFacts& factsOf(int32_t slot) { return facts_[facts_[slot].source]; }

  void note(const Step& step, int32_t now) {
    bool blocked = false;
    for (const int32_t slot : step.operands) {
      if (slot == kNoSlot) continue;
      SlotFacts& operand = factsOf(slot);
      if (operand.room.size > 0) operand.room.last = now;
      operand.halo_matters = operand.halo_matters || sumsDependOnHalo(step);
      blocked = blocked || operand.leaves_blocks;
    }
    if (step.kind == StepKind::kReshape) {
      facts_[step.results[0]].source = facts_[step.operands[0]].source;
      return;
    }
    noteInput(step, now);
    for (const int32_t slot : step.results) {
      if (slot == kNoSlot) continue;
      facts_[slot].dims = resultDims(step, slot);
      facts_[slot].room = {now, now, valuesIn(slot)};
    }
    const int32_t result = step.results[0];
    facts_[result].leaves_blocks = !table_.goesPlain(result) && leavesBlocks(step, blocked, isa_, table_);
  }

  // What the program is given has to be brought into blocks.
  void noteInput(const Step& step, int32_t now) {
    const int32_t slot = facts_[step.operands[0]].source;
    SlotFacts& facts = facts_[slot];
    if (facts.room.size > 0 || table_.isConstant(slot) || table_.goesPlain(slot)) return;
    if (isConv(step.kind)) facts.dims = {step.conv.batch, step.conv.in_channels, step.conv.window.input};
    facts.room = {now, now, valuesIn(slot)};
  }

  Dims resultDims(const Step& step, int32_t slot) {
    if (isConv(step.kind)) return {step.conv.batch, step.conv.out_channels, step.conv.window.output};
    if (step.kind == StepKind::kMaxPool || step.kind == StepKind::kAvgPool) {
      return {step.pool.batch, step.pool.channels, step.pool.window.output};
    }
    for (const int32_t operand : step.operands) {
      if (operand == kNoSlot) continue;
      Dims dims = factsOf(operand).dims;
      const int64_t image_pixels = dims.n * dims.space.volume();
      if (image_pixels == 0 || table_.sizeOf(slot) % image_pixels != 0) continue;
      dims.c = static_cast<int32_t>(table_.sizeOf(slot) / image_pixels);
      return dims;
    }
    return {};
  }

  int64_t valuesIn(int32_t slot) const {
    return valuesToHold(slot, facts_[slot].dims, table_.wantedHalo(slot), table_);
  }

  const Isa isa_;
  const ValueTable& table_;
  std::vector<SlotFacts> facts_;
};

}  // namespace

std::vector<SlotFacts> slotFacts(const DecodedProgram& program, Isa isa, const ValueTable& table) {
  return FactFinder(program, isa, table).take();
}

int64_t valuesToHold(int32_t slot, const Dims& dims, const Halo& halo, const ValueTable& table) {
  if (dims.n == 0 || table.goesPlain(slot)) return table.sizeOf(slot);
  // What is too large to be planned is not for here to say.
  constexpr double kMost = double(int64_t{1} << 40);
  return static_cast<int64_t>(std::min(blockedLayout(dims, table.lanes(), halo).roughSize(), kMost));
}

}  // namespace convkit
