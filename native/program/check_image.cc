#include "program/check_steps.h"

namespace convkit {
namespace {

// What the pixels of an image may be.
void requirePixels(SlotType type) { require(type != SlotType::kInt32, "a slot has the wrong type"); }

void checkChannels(int32_t channels) {
  require(channels >= 1 && channels <= kMostPixelChannels, "an image has 1 to 4 channels");
}

// A region that lies in its slot, and shares the type of `y` with it.
void checkRegion(const PixelRegion& region, const SlotChecker& slot) {
  checkChannels(region.channels);
  tensorSize({region.height, region.width, region.channels});
  const int64_t row = tensorSize({region.width, region.channels});
  require(region.offset >= 0 && region.row_stride >= row, "the rows of an image overlap");
  // Below 2^62: both factors are int32.
  require(region.offset + (int64_t{region.height} - 1) * region.row_stride + row <= slot.operandSize(0),
          "an image reaches beyond its slot");
  requirePixels(slot.operandType(0));
  require(slot.operandType(0) == slot.resultType(0), "a slot has the wrong type");
}

void checkImageResize(const Step& step, const SlotChecker& slot) {
  const ImageResizeGeometry& g = step.image_resize;
  checkRegion(g.input, slot);
  require(g.taps_across >= 1 && g.taps_across <= g.input.width && g.taps_down >= 1 &&
              g.taps_down <= g.input.height,
          "an image has fewer pixels than are weighted");
  const ResizeArithmetic kind = g.arithmetic;
  require(kind == ResizeArithmetic::kPick || kind == ResizeArithmetic::kFloat ||
              slot.resultType(0) == SlotType::kUint8,
          "an arithmetic is of bytes alone");
  slot.operand(1, tensorSize({g.output_width, 2}), SlotType::kInt32);
  slot.operand(2, tensorSize({g.output_width, g.taps_across}));
  slot.operand(3, tensorSize({g.output_height, 2}), SlotType::kInt32);
  slot.operand(4, tensorSize({g.output_height, g.taps_down}));
  slot.result(0, tensorSize({g.output_height, g.output_width, g.input.channels}), slot.resultType(0));
}

void checkImagePad(const Step& step, const SlotChecker& slot) {
  const ImagePadGeometry& g = step.image_pad;
  checkRegion(g.input, slot);
  require(g.pad_top >= 0 && g.pad_bottom >= 0 && g.pad_left >= 0 && g.pad_right >= 0,
          "a padding is negative");
  const int64_t height = int64_t{g.input.height} + g.pad_top + g.pad_bottom;
  const int64_t width = int64_t{g.input.width} + g.pad_left + g.pad_right;
  slot.operand(1, g.input.channels);
  slot.result(0, tensorSize({height, width, g.input.channels}), slot.resultType(0));
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
  if (step.kind == StepKind::kTensorToImage) return checkTensorToImage(step, slot);
  if (step.kind == StepKind::kImageResize) return checkImageResize(step, slot);
  checkImagePad(step, slot);
}

}  // namespace convkit
