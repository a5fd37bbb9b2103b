#include "ops/channel_ops.h"
#include "ops/im2col.h"
#include "ops/lp_pool.h"
#include "ops/max_unpool.h"
#include "ops/pad.h"
#include "ops/softmax.h"
#include "ops/transpose.h"
#include "program/plan_steps.h"

namespace convkit {
namespace {

const char* const kPlain = "plain";

Dims flat(int64_t size) { return {1, static_cast<int32_t>(size), {1, 1, 1}}; }

// The dims under which a channel step may work on its operand's blocked value, if it has one. An activation
// without a parameter for each channel does not care which values are whose.
bool blockedDims(const Step& step, const ValueTable& table, Dims* dims) {
  const ChannelGeometry& g = step.channel;
  if (!table.isBlocked(step.operands[0], dims)) return false;
  const bool channels_matter = step.kind == StepKind::kBatchNorm || table.sizeOf(step.operands[2]) > 1;
  return !channels_matter || (dims->n == g.outer && dims->c == g.channels && dims->space.volume() == g.inner);
}

}  // namespace

StepDescription planChannelStep(const Step& step, Isa isa, ValueTable& table) {
  const ChannelGeometry& g = step.channel;
  const bool norm = step.kind == StepKind::kBatchNorm;
  const int32_t residual_slot = norm ? kNoSlot : step.operands[1];
  Dims dims{g.outer, g.channels, {1, 1, g.inner}};
  const bool blocked = blockedDims(step, table, &dims);
  const ChannelGeometry geometry =
      blocked ? ChannelGeometry{dims.n, dims.c, static_cast<int32_t>(dims.space.volume())} : g;
  const Value x = blocked ? table.blocked(step.operands[0], dims) : table.plain(step.operands[0], dims);
  const Value residual =
      blocked ? table.blockedOrAbsent(residual_slot, dims) : table.plainOrAbsent(residual_slot, dims);
  Value parameters[4];  // mean, variance, weight, bias, or the slope
  for (int i = 0; i < (norm ? 4 : 1); ++i) {
    const int32_t slot = step.operands[norm ? i + 1 : 2];
    parameters[i] = table.plainOrAbsent(slot, flat(table.sizeOf(slot)));
  }
  const Value y = blocked ? table.newBlocked(step.results[0], dims) : table.newPlain(step.results[0], dims);
  std::unique_ptr<Op> op =
      norm ? makeBatchNormOp(geometry, static_cast<float>(step.scalars[0]), step.activation, x, parameters[0],
                             parameters[1], parameters[2], parameters[3], y, isa)
           : makeActivationOp(geometry, step.activation, x, residual, parameters[0], y, isa);
  table.emit(std::move(op), {x, residual, parameters[0], parameters[1], parameters[2], parameters[3]}, {y});
  return {kPlain, blocked ? "channels in lanes, as its operand lies" : "a run of values at a time"};
}

StepDescription planPlainStep(const Step& step, Isa isa, ValueTable& table) {
  if (step.kind == StepKind::kReshape) {
    table.alias(step.results[0], step.operands[0]);
    return {kPlain, "another view of the same memory"};
  }
  const Value x = table.plain(step.operands[0], flat(table.sizeOf(step.operands[0])));
  Value indices;
  if (step.kind == StepKind::kMaxUnpool) {
    indices = table.plain(step.operands[1], flat(table.sizeOf(step.operands[1])));
  }
  const Value y = table.newPlain(step.results[0], flat(table.sizeOf(step.results[0])));
  std::unique_ptr<Op> op;
  switch (step.kind) {
    case StepKind::kLpPool:
      op = makeLpPoolOp(step.pool, step.scalars[0], x, y);
      break;
    case StepKind::kMaxUnpool:
      op = makeMaxUnpoolOp(step.resize, x, indices, y);
      break;
    case StepKind::kSoftmax:
      op = makeSoftmaxOp(step.softmax, x, y, isa);
      break;
    case StepKind::kIm2col:
      op = makeIm2colOp(step.pool, x, y);
      break;
    case StepKind::kCol2im:
      op = makeCol2imOp(step.pool, x, y);
      break;
    case StepKind::kPad:
      op = makePadOp(step.pad, static_cast<float>(step.scalars[0]), x, y);
      break;
    default:
      op = makeTransposeOp(step.transpose, x, y);
      break;
  }
  table.emit(std::move(op), {x, indices}, {y});
  return {kPlain, "a loop over plain values"};
}

}  // namespace convkit
