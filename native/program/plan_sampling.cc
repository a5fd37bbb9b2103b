#include <utility>

#include "ops/float_indices.h"
#include "ops/gather.h"
#include "ops/grid_sample.h"
#include "ops/lrn.h"
#include "ops/non_max_suppression.h"
#include "ops/normalize.h"
#include "ops/softmax.h"
#include "ops/top_k.h"
#include "program/plan_resample.h"
#include "program/plan_steps.h"

namespace convkit {
namespace {

const char* const kPlain = "plain";

Value plainOperand(const Step& step, size_t i, ValueTable& table) {
  const int32_t slot = step.operands[i];
  return table.plain(slot, {1, static_cast<int32_t>(table.sizeOf(slot)), {1, 1, 1}});
}

Value plainResult(const Step& step, size_t i, ValueTable& table) {
  const int32_t slot = step.results[i];
  return table.newPlain(slot, {1, static_cast<int32_t>(table.sizeOf(slot)), {1, 1, 1}});
}

StepDescription planGather(const Step& step, ValueTable& table) {
  const GatherGeometry& g = step.gather;
  const Value x = plainOperand(step, 0, table);
  const Value y = plainResult(step, 0, table);
  if (const float* indices = table.constantValues(step.operands[1])) {
    AlignedBuffer places(static_cast<size_t>(g.count) * sizeof(int32_t));
    const IndexRange range{"gather", g.length, true};
    // Bad ones are for the run to report.
    if (toPlaces(range, indices, g.count, places.data<int32_t>()) == g.count) {
      table.emit(makeGatherOp(g, x, std::move(places), y), {x}, {y});
      return {kPlain, "rows at known places"};
    }
  }
  const Value indices = plainOperand(step, 1, table);
  const Value places = table.temporary(plainLayout({1, g.count, {1, 1, 1}}));
  table.emit(makeGatherOp(g, x, indices, places, y), {x, indices}, {places, y});
  return {kPlain, "rows at places that each run checks"};
}

StepDescription planTopK(const Step& step, ValueTable& table) {
  const Value x = plainOperand(step, 0, table);
  const Value y = plainResult(step, 0, table), places = plainResult(step, 1, table);
  table.emit(makeTopKOp(step.top_k, x, y, places), {x}, {y, places});
  return {kPlain, "a partial sort of each line"};
}

StepDescription planNonMaxSuppression(const Step& step, ValueTable& table) {
  const NonMaxSuppressionGeometry& g = step.non_max_suppression;
  const int32_t groups = g.batches * g.classes;
  NonMaxSuppressionValues values;
  values.boxes = plainOperand(step, 0, table);
  values.scores = plainOperand(step, 1, table);
  values.selected = plainResult(step, 0, table);
  values.count = plainResult(step, 1, table);
  values.found = table.temporary(plainLayout({groups, rowsPerClass(g), {1, 1, 1}}));
  values.counts = table.temporary(plainLayout({1, groups, {1, 1, 1}}));
  table.emit(makeNonMaxSuppressionOp(g, static_cast<float>(step.scalars[0]),
                                     static_cast<float>(step.scalars[1]), values),
             {values.boxes, values.scores}, {values.selected, values.count, values.found, values.counts});
  return {kPlain, "one class of one image at a time"};
}

std::unique_ptr<Op> makeOp(const Step& step, const Value& x, const Value& y, Isa isa) {
  if (step.kind == StepKind::kNormalize) return makeNormalizeOp(step.normalize, step.scalars[0], x, y);
  if (step.kind == StepKind::kLogSoftmax) return makeLogSoftmaxOp(step.softmax, x, y, isa);
  const LrnParameters parameters{static_cast<float>(step.scalars[0]), static_cast<float>(step.scalars[1]),
                                 static_cast<float>(step.scalars[2])};
  return makeLrnOp(step.lrn, parameters, x, y);
}

}  // namespace

StepDescription planSamplingStep(const Step& step, Isa isa, ValueTable& table) {
  switch (step.kind) {
    case StepKind::kGather:
      return planGather(step, table);
    case StepKind::kTopK:
      return planTopK(step, table);
    case StepKind::kNonMaxSuppression:
      return planNonMaxSuppression(step, table);
    case StepKind::kResample:
      return planResample(step, isa, table);
    default:
      break;
  }
  const Value x = plainOperand(step, 0, table);
  const Value y = plainResult(step, 0, table);
  if (step.kind == StepKind::kGridSample) {
    const Value grid = plainOperand(step, 1, table);
    table.emit(makeGridSampleOp(step.grid_sample, x, grid, y, isa), {x, grid}, {y});
    return {kPlain, "points in lanes, their taps shared by all channels"};
  }
  table.emit(makeOp(step, x, y, isa), {x}, {y});
  return {kPlain, "a loop over plain values"};
}

}  // namespace convkit
