#include "ops/image_extreme.h"
#include "ops/image_filter.h"
#include "ops/image_median.h"
#include "ops/image_smooth.h"
#include "ops/image_sums.h"
#include "program/plan_steps.h"

namespace convkit {
namespace {

// Filters whose sums are float32, with the weights in one operand or in two.
std::unique_ptr<Op> makeFilter(const Step& step, const ImageTypes& types, const std::vector<Value>& operands,
                               const Value& y, Isa isa) {
  const ImageWindowGeometry& g = step.image_window;
  const Value &x = operands[0], &weights = operands[1];
  if (step.kind == StepKind::kImageFilter) {
    return makeImageFilterOp(g, types, x, weights, y, step.scalars, isa);
  }
  const SeparableWeights both{weights, operands[2]};
  if (step.kind == StepKind::kImageSharpen) {
    return makeImageSharpenOp(g, types, x, both, y, step.scalars, isa);
  }
  return makeImageSeparableOp(g, types, x, both, y, step.scalars, isa);
}

std::unique_ptr<Op> makeOp(const Step& step, const ImageTypes& types, const std::vector<Value>& operands,
                           const Value& y, Isa isa) {
  const ImageWindowGeometry& g = step.image_window;
  const Value& x = operands[0];
  const double border_value = step.scalars[0];
  switch (step.kind) {
    case StepKind::kImageSmooth:
      return makeImageSmoothOp(g, x, {operands[1], operands[2]}, y, border_value, isa);
    case StepKind::kImageBox:
      return makeImageBoxOp(g, types.x, x, y, border_value, isa);
    case StepKind::kImageMedian:
      return makeImageMedianOp(g, types.x, x, y, border_value, isa);
    case StepKind::kImageErode:
    case StepKind::kImageDilate:
      return makeImageExtremeOp(g, types.x, step.kind == StepKind::kImageDilate, x, operands[1], y,
                                border_value, isa);
    case StepKind::kImageIntegral:
      return makeImageIntegralOp(step.image_integral, types.x, x, y, isa);
    default:
      return makeFilter(step, types, operands, y, isa);
  }
}

}  // namespace

StepDescription planWindowStep(const Step& step, Isa isa, ValueTable& table) {
  std::vector<Value> operands;
  for (const int32_t slot : step.operands) {
    operands.push_back(slot == kNoSlot ? Value{} : table.pixels(slot));
  }
  const Value y = table.newPixels(step.results[0]);
  const ImageTypes types{table.typeOf(step.operands[0]), table.typeOf(step.results[0])};
  table.emit(makeOp(step, types, operands, y, isa), operands, {y});
  return {"plain", "a row at a time"};
}

}  // namespace convkit
