#include "ops/binary.h"
#include "program/channel_axes.h"
#include "program/plan_general.h"
#include "program/plan_steps.h"

namespace convkit {
namespace {

const char* const kPlain = "plain";

bool isOneValue(const Axes& size, const Axes& stride) {
  for (int axis = 0; axis < kMostAxes; ++axis) {
    if (size.at[axis] > 1 && stride.at[axis] != 0) return false;
  }
  return true;
}

BinarySpec specOf(const Step& step, Isa isa, const ValueTable& table) {
  BinarySpec spec;
  spec.operation = step.binary.operation;
  spec.activation = step.activation;
  spec.isa = isa;
  const int32_t b = step.operands[1];
  if (spec.operation == BinaryOperation::kPow && table.isConstant(b) &&
      isOneValue(step.binary.size, step.binary.b)) {
    spec.exponent = table.constantValues(b)[0];
  }
  return spec;
}

struct BlockedPlan {
  Dims dims;
  Spread a, b;
};

// How the step can work in the blocks that one of its operands lies in.
std::optional<BlockedPlan> blockedPlan(const Step& step, const ValueTable& table) {
  const BinaryGeometry& g = step.binary;
  const int64_t size_a = table.sizeOf(step.operands[0]), size_b = table.sizeOf(step.operands[1]);
  for (const int32_t slot : step.operands) {
    Dims dims;
    if (!table.isBlocked(slot, &dims) || dims.size() != table.sizeOf(step.results[0])) continue;
    const std::optional<Spread> a = spreadOf(g.size, g.a, dims, size_a),
                                b = spreadOf(g.size, g.b, dims, size_b);
    if (a && b) return BlockedPlan{dims, *a, *b};
  }
  return {};
}

SpreadValue spreadValue(int32_t slot, Spread spread, const Dims& dims, ValueTable& table) {
  // One image's channels, known beforehand, can be padded beforehand.
  if (spread == Spread::kImageChannel && dims.n == 1 && table.isPlain(slot)) spread = Spread::kChannel;
  switch (spread) {
    case Spread::kEverywhere:
      return {flatValue(slot, table), spread};
    case Spread::kImageChannel:
      return {table.blocked(slot, {dims.n, dims.c, {1, 1, 1}}), spread};
    case Spread::kChannel: {
      const int64_t padded = (int64_t{dims.c} + table.lanes() - 1) / table.lanes() * table.lanes();
      return {table.packed(slot, vectorPacking(dims.c, dims.c, padded)), spread};
    }
    case Spread::kNone:
      break;
  }
  return {table.blocked(slot, dims), spread};
}

// Leaves the multiplication of a blocked operand by one value a channel to the convolution that alone reads
// the result, where that does it in passing: a squeeze-and-excite block then neither writes nor reads a
// tensor for it.
bool leftToReader(const Step& step, const BlockedPlan& plan, Isa isa, ValueTable& table) {
  if (step.binary.operation != BinaryOperation::kMul || step.activation.kind != ActivationKind::kIdentity)
    return false;
  const bool first = plan.a == Spread::kNone;
  const Spread other = first ? plan.b : plan.a;
  if ((!first && plan.b != Spread::kNone) || (other != Spread::kChannel && other != Spread::kImageChannel))
    return false;
  const Step* reader = table.soleReader(step.results[0]);
  if (reader == nullptr || reader->operands[0] != step.results[0] || !convScalesInput(*reader, isa, table))
    return false;
  const SpreadValue scale = spreadValue(step.operands[first ? 1 : 0], other, plan.dims, table);
  const Layout& layout = scale.value.layout;
  if (scale.spread == Spread::kImageChannel && !layout.contiguous()) return false;
  table.leaveScale(step.results[0], {step.operands[first ? 0 : 1], scale.value});
  return true;
}

}  // namespace

StepDescription planBinary(const Step& step, Isa isa, ValueTable& table) {
  const BinarySpec spec = specOf(step, isa, table);
  if (const std::optional<BlockedPlan> plan = blockedPlan(step, table); plan && blocksPay(step, table)) {
    if (leftToReader(step, *plan, isa, table)) return {kPlain, "by the convolution that reads it"};
    const SpreadValue a = spreadValue(step.operands[0], plan->a, plan->dims, table);
    const SpreadValue b = spreadValue(step.operands[1], plan->b, plan->dims, table);
    const Value y = table.newBlocked(step.results[0], plan->dims);
    table.emit(makeBlockedBinaryOp(spec, a, b, y), {a.value, b.value}, {y});
    return {kPlain, kInBlocks};
  }
  const Value a = flatValue(step.operands[0], table), b = flatValue(step.operands[1], table);
  const Value y = table.newPlain(step.results[0], flatDims(table.sizeOf(step.results[0])));
  table.emit(makeBinaryOp(spec, step.binary, a, b, y), {a, b}, {y});
  return {kPlain, "a run of values at a time"};
}

}  // namespace convkit
