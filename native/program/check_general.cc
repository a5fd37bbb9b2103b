#include "program/check_steps.h"

namespace convkit {
namespace {

int64_t sizeOf(const Axes& size) {
  const int32_t* n = size.at;
  return tensorSize({n[0], n[1], n[2], n[3], n[4], n[5]});
}

// Everything that strides can reach from `offset` lies in the slot. No sum overflows: six products of two
// int32 are far below 2^63.
void checkReach(const SlotChecker& slot, int32_t operand, int64_t offset, const Axes& size,
                const Axes& stride) {
  int64_t lowest = offset, highest = offset;
  for (int axis = 0; axis < kMostAxes; ++axis) {
    const int64_t last = (int64_t{size.at[axis]} - 1) * stride.at[axis];
    (last < 0 ? lowest : highest) += last;
  }
  const Slot& reached = slot.slots()[operand];
  require(reached.type == SlotType::kFloat32, "a slot has the wrong type");
  require(lowest >= 0 && highest < reached.size, "strides reach beyond a slot");
}

void checkUnary(const Step& step, const SlotChecker& slot) {
  const int64_t size = tensorSize({step.unary.size});
  slot.operand(0, size);
  slot.result(0, size);
}

void checkBinary(const Step& step, const SlotChecker& slot) {
  const BinaryGeometry& g = step.binary;
  require(step.activation.kind != ActivationKind::kPrelu, "a binary step has no slope for prelu");
  slot.result(0, sizeOf(g.size));
  checkReach(slot, step.operands[0], 0, g.size, g.a);
  checkReach(slot, step.operands[1], 0, g.size, g.b);
}

void checkWhere(const Step& step, const SlotChecker& slot) {
  const WhereGeometry& g = step.where;
  slot.result(0, sizeOf(g.size));
  checkReach(slot, step.operands[0], 0, g.size, g.condition);
  checkReach(slot, step.operands[1], 0, g.size, g.a);
  checkReach(slot, step.operands[2], 0, g.size, g.b);
}

void checkStrided(const Step& step, const SlotChecker& slot) {
  const StridedGeometry& g = step.strided;
  slot.result(0, sizeOf(g.size));
  checkReach(slot, step.operands[0], g.offset, g.size, g.stride);
}

void checkConcat(const Step& step, const SlotChecker& slot) {
  const int64_t unit = tensorSize({step.concat.outer, step.concat.inner});
  int64_t total = 0;
  for (size_t i = 0; i < step.operands.size(); ++i) {
    const int64_t size = slot.slots()[step.operands[i]].size;
    require(size >= 1 && size % unit == 0, "an operand is no multiple of outer · inner");
    slot.operand(i, size);
    total += size;
  }
  require(total <= INT32_MAX, "a tensor has more than 2^31 - 1 values");
  slot.result(0, total);
}

void checkReduce(const Step& step, const SlotChecker& slot) {
  const ReduceGeometry& g = step.reduce;
  slot.operand(0, tensorSize({g.outer, g.length, g.inner}));
  slot.result(0, tensorSize({g.outer, g.inner}));
}

void checkConvert(const Step& step, const SlotChecker& slot) {
  const int64_t size = tensorSize({step.convert.size});
  const bool from_int = slot.operandType(0) == SlotType::kInt32;
  slot.operand(0, size, from_int ? SlotType::kInt32 : SlotType::kFloat32);
  slot.result(0, size, from_int ? SlotType::kFloat32 : SlotType::kInt32);
}

}  // namespace

void checkGeneralStep(const Step& step, const SlotChecker& slot) {
  require(step.kind == StepKind::kBinary || step.activation.kind == ActivationKind::kIdentity,
          "a step has an activation that its kind does not apply");
  switch (step.kind) {
    case StepKind::kUnary:
      return checkUnary(step, slot);
    case StepKind::kBinary:
      return checkBinary(step, slot);
    case StepKind::kWhere:
      return checkWhere(step, slot);
    case StepKind::kStrided:
      return checkStrided(step, slot);
    case StepKind::kConcat:
      return checkConcat(step, slot);
    case StepKind::kReduce:
      return checkReduce(step, slot);
    default:
      return checkConvert(step, slot);
  }
}

}  // namespace convkit
