#include "program/plan_general.h"

#include "ops/axes.h"
#include "ops/binary.h"
#include "ops/reduce.h"
#include "ops/unary.h"

namespace convkit {
namespace {

const char* const kPlain = "plain";

StepDescription planUnary(const Step& step, Isa isa, ValueTable& table) {
  const int32_t slot = step.operands[0];
  Dims dims = flatDims(step.unary.size);
  const bool blocked = table.isBlocked(slot, &dims) && blocksPay(step, table);
  const Value x = blocked ? table.blocked(slot, dims) : table.plain(slot, dims);
  const Value y = blocked ? table.newBlocked(step.results[0], dims) : table.newPlain(step.results[0], dims);
  table.emit(makeUnaryOp(step.unary.operation, static_cast<float>(step.scalars[0]),
                         static_cast<float>(step.scalars[1]), x, y, isa),
             {x}, {y});
  return {kPlain, blocked ? kInBlocks : "a run of values at a time"};
}

StepDescription planWhere(const Step& step, Isa isa, ValueTable& table) {
  const Value condition = flatValue(step.operands[0], table);
  const Value a = flatValue(step.operands[1], table), b = flatValue(step.operands[2], table);
  const Value y = table.newPlain(step.results[0], flatDims(table.sizeOf(step.results[0])));
  table.emit(makeWhereOp(step.where, condition, a, b, y, isa), {condition, a, b}, {y});
  return {kPlain, "a run of values at a time"};
}

StepDescription planConvert(const Step& step, ValueTable& table) {
  const Value x = flatValue(step.operands[0], table);
  const Value y = table.newPlain(step.results[0], flatDims(step.convert.size));
  table.emit(makeConvertOp(table.typeOf(step.operands[0]) == SlotType::kInt32, x, y), {x}, {y});
  return {kPlain, "a run of values at a time"};
}

bool givesPlaces(ReduceOperation operation) { return operation >= ReduceOperation::kArgMax; }

StepDescription planReduce(const Step& step, Isa isa, ValueTable& table) {
  const ReduceGeometry& g = step.reduce;
  Dims dims;
  if (!givesPlaces(g.operation) && g.inner == 1 && table.isBlocked(step.operands[0], &dims) &&
      dims.space.volume() == g.length) {
    const Value x = table.blocked(step.operands[0], dims);
    const Value y = table.newBlocked(step.results[0], {dims.n, dims.c, {1, 1, 1}});
    table.emit(makeBlockedReduceOp(g.operation, x, y, isa), {x}, {y});
    return {kPlain, kInBlocks};
  }
  const Value x = flatValue(step.operands[0], table);
  const Value y = table.newPlain(step.results[0], flatDims(table.sizeOf(step.results[0])));
  table.emit(makeReduceOp(g, x, y, isa), {x}, {y});
  return {kPlain, g.inner == 1 ? "line by line" : "neighbouring lines in lanes"};
}

}  // namespace

bool blocksPay(const Step& step, const ValueTable& table) {
  int64_t to_planes = 0, to_blocks = 0;
  bool any = false;
  for (const int32_t slot : step.operands) {
    const bool blocked = !table.comesPlain(slot);
    any = any || blocked;
    if (!blocked) to_blocks += table.sizeOf(slot);
    if (!table.isPlain(slot)) to_planes += table.sizeOf(slot);
  }
  const int32_t result = step.results[0];
  (table.goesPlain(result) ? to_blocks : to_planes) += table.sizeOf(result);
  return any && to_blocks <= to_planes;
}

void requestGeneralBlocks(const Step& step, ValueTable& table) {
  // Strides that do not keep pixels together are not for blocks.
  if (step.kind == StepKind::kStrided &&
      mergeAxes(step.strided.size, {&step.strided.stride}).innerStride(0) != 1) {
    return;
  }
  for (const int32_t slot : step.operands) table.passRequest(step.results[0], slot);
}

StepDescription planGeneralStep(const Step& step, Isa isa, ValueTable& table) {
  switch (step.kind) {
    case StepKind::kUnary:
      return planUnary(step, isa, table);
    case StepKind::kBinary:
      return planBinary(step, isa, table);
    case StepKind::kWhere:
      return planWhere(step, isa, table);
    case StepKind::kStrided:
      return planStrided(step, isa, table);
    case StepKind::kConcat:
      return planConcat(step, isa, table);
    case StepKind::kReduce:
      return planReduce(step, isa, table);
    default:
      return planConvert(step, table);
  }
}

}  // namespace convkit
