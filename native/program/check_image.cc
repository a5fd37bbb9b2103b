#include "program/check_steps.h"

namespace convkit {
namespace {

// What the pixels of an image may be.
void requirePixels(SlotType type) { require(type != SlotType::kInt32, "a slot has the wrong type"); }

void checkChannels(int32_t channels) {
  require(channels >= 1 && channels <= kMostPixelChannels, "an image has 1 to 4 channels");
}

void checkImageToTensor(const Step& step, const SlotChecker& slot) {
  const ImageToTensorGeometry& g = step.image_to_tensor;
  checkChannels(g.channels);
  checkChannels(g.pixel_stride);
  for (int c = 0; c < g.channels; ++c) {
    require(g.source[c] >= 0 && g.source[c] < g.pixel_stride, "a channel does not exist");
  }
  const int64_t y = tensorSize({g.height, g.width, g.channels});
  const int64_t row = tensorSize({g.width, g.pixel_stride});
  const int64_t size = slot.slots()[step.operands[0]].size;
  require(g.offset >= 0 && g.row_stride >= row, "the rows of an image overlap");
  // Below 2^62: both factors are int32.
  require(g.offset + (int64_t{g.height} - 1) * g.row_stride + row <= size,
          "an image reaches beyond its slot");
  requirePixels(slot.operandType(0));
  slot.operand(1, 2 * g.channels);
  slot.result(0, y);
}

void checkTensorToImage(const Step& step, const SlotChecker& slot) {
  const TensorToImageGeometry& g = step.tensor_to_image;
  checkChannels(g.channels);
  require(!g.swap_red_blue || g.channels >= 3, "a channel does not exist");
  const int64_t size = tensorSize({g.height, g.width, g.channels});
  slot.operand(0, size);
  slot.operand(1, 2 * g.channels);
  requirePixels(slot.resultType(0));
  slot.result(0, size, slot.resultType(0));
}

}  // namespace

void checkImageStep(const Step& step, const SlotChecker& slot) {
  require(step.activation.kind == ActivationKind::kIdentity,
          "a step has an activation that its kind does not apply");
  if (step.kind == StepKind::kImageToTensor) return checkImageToTensor(step, slot);
  checkTensorToImage(step, slot);
}

}  // namespace convkit
