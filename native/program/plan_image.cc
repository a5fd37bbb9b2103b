#include "ops/image_pad.h"
#include "ops/image_resize.h"
#include "ops/pixels.h"
#include "program/plan_steps.h"

namespace convkit {
namespace {

StepDescription planImageResize(const Step& step, Isa isa, ValueTable& table) {
  const ImageResizeGeometry& g = step.image_resize;
  ImageResizeOperands operands;
  operands.x = table.pixels(step.operands[0]);
  operands.x_size = table.sizeOf(step.operands[0]);
  operands.type = table.typeOf(step.operands[0]);
  operands.across = {table.pixels(step.operands[1]), table.pixels(step.operands[2])};
  operands.down = {table.pixels(step.operands[3]), table.pixels(step.operands[4])};
  // Wide enough for any number of words.
  const int64_t lines = (packedAcrossWords(g) + 1023) / 1024;
  operands.packed = table.temporary(plainLayout({static_cast<int32_t>(lines), 1024, {1, 1, 1}}));
  operands.y = table.newPixels(step.results[0]);
  const bool picks = g.arithmetic == ResizeArithmetic::kPick;
  table.emit(picks ? makeImagePickOp(g, operands) : makeImageResizeOp(g, operands, isa),
             {operands.x, operands.across.bounds, operands.across.weights, operands.down.bounds,
              operands.down.weights, operands.packed},
             {operands.packed, operands.y});
  return {"plain", picks ? "a row at a time" : "rows across, then down, a few at a time"};
}

}  // namespace

StepDescription planImageStep(const Step& step, Isa isa, ValueTable& table) {
  if (step.kind == StepKind::kImageResize) return planImageResize(step, isa, table);
  const Value x = table.pixels(step.operands[0]), constants = table.pixels(step.operands[1]);
  const Value y = table.newPixels(step.results[0]);
  const SlotType from = table.typeOf(step.operands[0]), to = table.typeOf(step.results[0]);
  if (step.kind == StepKind::kImageToTensor) {
    table.emit(makeImageToTensorOp(step.image_to_tensor, from, x, constants, y, isa), {x, constants}, {y});
  } else if (step.kind == StepKind::kTensorToImage) {
    table.emit(makeTensorToImageOp(step.tensor_to_image, to, x, constants, y, isa), {x, constants}, {y});
  } else {
    table.emit(makeImagePadOp(step.image_pad, from, x, constants, y), {x, constants}, {y});
  }
  return {"plain", "a run of pixels at a time"};
}

}  // namespace convkit
