#include "ops/pixels.h"
#include "program/plan_steps.h"

namespace convkit {

StepDescription planImageStep(const Step& step, Isa isa, ValueTable& table) {
  const Value x = table.pixels(step.operands[0]), affine = table.pixels(step.operands[1]);
  const Value y = table.newPixels(step.results[0]);
  if (step.kind == StepKind::kImageToTensor) {
    const SlotType type = table.typeOf(step.operands[0]);
    table.emit(makeImageToTensorOp(step.image_to_tensor, type, x, affine, y, isa), {x, affine}, {y});
  } else {
    const SlotType type = table.typeOf(step.results[0]);
    table.emit(makeTensorToImageOp(step.tensor_to_image, type, x, affine, y, isa), {x, affine}, {y});
  }
  return {"plain", "a run of pixels at a time"};
}

}  // namespace convkit
