#include <cmath>

#include "program/check_steps.h"

namespace convkit {
namespace {

constexpr int64_t kMostSum = INT32_MAX;

int64_t mostOf(SlotType type) { return type == SlotType::kUint8 ? UINT8_MAX : UINT16_MAX; }

bool isWhole(SlotType type) { return type == SlotType::kUint8 || type == SlotType::kUint16; }

void checkPixels(const SlotChecker& slot, int64_t height, int64_t width, int64_t channels,
                 int64_t row_stride) {
  require(channels >= 1 && channels <= kMostPixelChannels, "an image has 1 to 4 channels");
  const int64_t row = tensorSize({width, channels});
  tensorSize({height, row});
  require(row_stride >= row, "the rows of an image overlap");
  require(slot.operandType(0) != SlotType::kInt32, "a slot has the wrong type");
  // Below 2^62: both factors are int32.
  const int64_t least = (height - 1) * row_stride + row;
  require(slot.operandSize(0) >= least, "an image reaches beyond its slot");
}

void checkWindow(const ImageWindowGeometry& g) {
  const int32_t sides[2][2] = {{g.kernel_height, g.anchor_y}, {g.kernel_width, g.anchor_x}};
  for (const auto& [size, anchor] : sides) {
    require(size >= 1 && size <= kLargestKernelSide, "a kernel's side is out of range");
    require(anchor >= 0 && anchor < size, "an anchor is outside its kernel");
  }
}

// A value that a constant border of whole numbers can have.
void checkBorderValue(const Step& step, SlotType type) {
  const double value = step.scalars[0];
  require(value >= 0 && value <= static_cast<double>(mostOf(type)) && value == std::floor(value),
          "a border's value is no pixel's");
}

void checkSmooth(const Step& step, const SlotChecker& slot) {
  const ImageWindowGeometry& g = step.image_window;
  require(slot.operandType(0) == SlotType::kUint8, "a slot has the wrong type");
  require(g.kernel_height == 2 * g.anchor_y + 1 && g.kernel_width == 2 * g.anchor_x + 1 &&
              g.anchor_y <= kLargestSmoothRadius && g.anchor_x <= kLargestSmoothRadius,
          "a kernel's side is out of range");
  slot.operand(1, g.anchor_y + 1);
  slot.operand(2, g.anchor_x + 1);
}

void checkBox(const Step& step, const SlotChecker& slot) {
  const ImageWindowGeometry& g = step.image_window;
  require(isWhole(slot.operandType(0)), "a slot has the wrong type");
  // With half the area, which is added for rounding.
  const int64_t area = int64_t{g.kernel_height} * g.kernel_width;
  require(area * mostOf(slot.operandType(0)) + area / 2 <= kMostSum, "a kernel's side is out of range");
}

// The operands besides the image, and what a kind wants of its numbers.
void checkKind(const Step& step, const SlotChecker& slot) {
  const ImageWindowGeometry& g = step.image_window;
  const int64_t area = int64_t{g.kernel_height} * g.kernel_width;
  switch (step.kind) {
    case StepKind::kImageFilter:
      return slot.operand(1, area);
    case StepKind::kImageSeparable:
    case StepKind::kImageSharpen:
      slot.operand(1, g.kernel_height);
      return slot.operand(2, g.kernel_width);
    case StepKind::kImageSmooth:
      return checkSmooth(step, slot);
    case StepKind::kImageBox:
      return checkBox(step, slot);
    case StepKind::kImageMedian:
      return require(g.kernel_height == g.kernel_width && (g.kernel_height == 3 || g.kernel_height == 5),
                     "a median is of 3 × 3 or 5 × 5");
    default:
      return slot.operand(1, area);
  }
}

bool isFloatKind(StepKind kind) {
  return kind == StepKind::kImageFilter || kind == StepKind::kImageSeparable ||
         kind == StepKind::kImageSharpen;
}

}  // namespace

void checkWindowStep(const Step& step, const SlotChecker& slot) {
  require(step.activation.kind == ActivationKind::kIdentity,
          "a step has an activation that its kind does not apply");
  if (step.kind == StepKind::kImageIntegral) {
    const ImageIntegralGeometry& g = step.image_integral;
    checkPixels(slot, g.height, g.width, g.channels, g.row_stride);
    require(isWhole(slot.operandType(0)), "a slot has the wrong type");
    return slot.result(0, tensorSize({int64_t{g.height} + 1, int64_t{g.width} + 1, g.channels}),
                       SlotType::kInt32);
  }
  const ImageWindowGeometry& g = step.image_window;
  checkPixels(slot, g.height, g.width, g.channels, g.row_stride);
  checkWindow(g);
  checkKind(step, slot);
  const SlotType type = slot.operandType(0);
  if (!isFloatKind(step.kind) && isWhole(type)) checkBorderValue(step, type);
  const SlotType result = isFloatKind(step.kind) ? slot.resultType(0) : type;
  require(result != SlotType::kInt32, "a slot has the wrong type");
  slot.result(0, tensorSize({g.height, g.width, g.channels}), result);
}

}  // namespace convkit
