#include "ops/adaptive_pool.h"
#include "ops/pool.h"
#include "ops/pool_plain.h"
#include "program/plan_steps.h"

namespace convkit {
namespace {

const char* const kPlain = "plain";

bool isResize(StepKind kind) {
  return kind == StepKind::kAdaptiveAvgPool || kind == StepKind::kAdaptiveMaxPool;
}

struct PoolDims {
  Dims x, y;
};

PoolDims poolDims(const Step& step) {
  if (isResize(step.kind)) {
    const ResizeGeometry& g = step.resize;
    return {{g.batch, g.channels, g.input}, {g.batch, g.channels, g.output}};
  }
  const PoolGeometry& g = step.pool;
  return {{g.batch, g.channels, g.window.input}, {g.batch, g.channels, g.window.output}};
}

bool wantsIndices(const Step& step) { return step.results.size() > 1 && step.results[1] != kNoSlot; }

StepDescription planIndices(const Step& step, ValueTable& table) {
  const PoolDims dims = poolDims(step);
  const Value x = table.plain(step.operands[0], dims.x);
  const Value y = table.newPlain(step.results[0], dims.y);
  const Value indices = table.newPlain(step.results[1], dims.y);
  std::unique_ptr<Op> op = isResize(step.kind) ? makeAdaptiveMaxPoolIndicesOp(step.resize, x, y, indices)
                                               : makeMaxPoolIndicesOp(step.pool, x, y, indices);
  table.emit(std::move(op), {x}, {y, indices});
  return {kPlain, "indices are wanted: one window at a time"};
}

std::unique_ptr<Op> makeBlockedPool(const Step& step, const Value& x, const Value& y, Isa isa) {
  switch (step.kind) {
    case StepKind::kMaxPool:
      return makeMaxPoolOp(step.pool, x, y, isa);
    case StepKind::kAvgPool:
      return makeAvgPoolOp(step.pool, x, y, isa);
    case StepKind::kAdaptiveAvgPool:
      return makeAdaptiveAvgPoolOp(step.resize, x, y, isa);
    default:
      return makeAdaptiveMaxPoolOp(step.resize, x, y, isa);
  }
}

PoolReduction reductionOf(const Step& step) {
  const bool max = step.kind == StepKind::kMaxPool || step.kind == StepKind::kAdaptiveMaxPool;
  return max ? PoolReduction::kMax : PoolReduction::kAverage;
}

bool plainPays(const Step& step) {
  return isResize(step.kind) ? plainPoolPays(reductionOf(step), step.resize)
                             : plainPoolPays(reductionOf(step), step.pool);
}

std::unique_ptr<Op> makePlainPool(const Step& step, const Value& x, const Value& y, Isa isa) {
  return isResize(step.kind) ? makePlainPoolOp(reductionOf(step), step.resize, x, y, isa)
                             : makePlainPoolOp(reductionOf(step), step.pool, x, y, isa);
}

}  // namespace

void requestPoolBlocks(const Step& step, ValueTable& table) {
  if (!wantsIndices(step)) table.requestBlocked(step.operands[0]);
}

StepDescription planPool(const Step& step, Isa isa, ValueTable& table) {
  if (wantsIndices(step)) return planIndices(step, table);
  const PoolDims dims = poolDims(step);
  if (table.plainThroughout(step.operands[0], step.results[0]) && plainPays(step)) {
    const Value x = table.plain(step.operands[0], dims.x);
    const Value y = table.newPlain(step.results[0], dims.y);
    table.emit(makePlainPool(step, x, y, isa), {x}, {y});
    return {kPlain, "columns in lanes: plain values on both sides"};
  }
  const Value x = table.blocked(step.operands[0], dims.x);
  const Value y = table.newBlocked(step.results[0], dims.y);
  table.emit(makeBlockedPool(step, x, y, isa), {x}, {y});
  return {kPlain, "channels in lanes"};
}

}  // namespace convkit
