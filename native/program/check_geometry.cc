#include "program/check_geometry.h"

#include "program/check_steps.h"
#include "program/slot_checker.h"

namespace convkit {
namespace {

// One axis of a window.
struct Axis {
  int64_t input, output, kernel, stride, dilation, before, after;
};

void axesOf(const Window& w, Axis axes[3]) {
  axes[0] = {w.input.d, w.output.d, w.kernel.d, w.stride.d, w.dilation.d, w.pad_front, w.pad_back};
  axes[1] = {w.input.h, w.output.h, w.kernel.h, w.stride.h, w.dilation.h, w.pad_top, w.pad_bottom};
  axes[2] = {w.input.w, w.output.w, w.kernel.w, w.stride.w, w.dilation.w, w.pad_left, w.pad_right};
}

// Larger windows and paddings are no use to anyone, and their sums could overflow.
constexpr int64_t kMaxWindow = int64_t{1} << 30;

void checkWindow(const Window& window) {
  Axis axes[3];
  axesOf(window, axes);
  for (const Axis& a : axes) {
    require(a.kernel >= 1 && a.stride >= 1 && a.dilation >= 1, "a window is not positive");
    require(a.before >= 0 && a.after >= 0, "a padding is negative");
    require(a.dilation * (a.kernel - 1) < kMaxWindow && a.before < kMaxWindow && a.after < kMaxWindow &&
                a.stride < kMaxWindow && a.dilation < kMaxWindow,
            "a window is too large");
    require(a.input >= 1 && a.output >= 1, "a size is not positive");
  }
}

void checkConvOutput(const Window& window) {
  Axis axes[3];
  axesOf(window, axes);
  for (const Axis& a : axes) {
    const int64_t span = a.input + a.before + a.after - a.dilation * (a.kernel - 1) - 1;
    require(span >= 0 && a.output == span / a.stride + 1, "the output does not match the window");
  }
}

// With ceil mode the last window may reach beyond the padding, but starts before its end. Where the padding
// is wider than the window, windows may lie in it entirely.
void checkPoolOutput(const Window& window) {
  Axis axes[3];
  axesOf(window, axes);
  for (const Axis& a : axes) {
    require((a.output - 1) * a.stride < a.input + a.before + a.after, "a window starts beyond the padding");
  }
}

void checkTransposedOutput(const Window& window) {
  Axis axes[3];
  axesOf(window, axes);
  for (const Axis& a : axes) {
    const int64_t least = (a.input - 1) * a.stride + a.dilation * (a.kernel - 1) + 1 - a.before - a.after;
    const int64_t slack = a.stride > a.dilation ? a.stride : a.dilation;
    require(a.output >= least && a.output < least + slack, "the output does not match the window");
  }
}

void checkConv(const Step& step, const SlotChecker& slot) {
  const ConvGeometry& g = step.conv;
  checkWindow(g.window);
  const bool transposed = step.kind == StepKind::kConvTranspose;
  if (transposed) {
    checkTransposedOutput(g.window);
  } else {
    checkConvOutput(g.window);
  }
  // A convolution may have no input channels; transposed, it would have nothing to spread over its output.
  const int32_t least_inputs = transposed ? 1 : 0;
  require(g.groups >= 1 && g.in_channels >= least_inputs && g.out_channels >= 1,
          "channels or groups are not positive");
  require(g.in_channels % g.groups == 0 && g.out_channels % g.groups == 0,
          "groups do not divide the channels");
  const Extent3& kernel = g.window.kernel;
  // Without input channels the sum is empty and only the bias is left.
  const int64_t x = g.in_channels == 0 ? 0 : tensorSize(g.batch, g.in_channels, g.window.input);
  const int64_t weight =
      g.in_channels == 0 ? 0 : tensorSize({g.out_channels, g.inPerGroup(), kernel.d, kernel.h, kernel.w});
  const int64_t y = tensorSize(g.batch, g.out_channels, g.window.output);
  slot.operand(0, x);
  slot.operand(1, weight);
  slot.operand(2, g.out_channels);
  slot.operand(3, y);
  slot.slope(4, g.out_channels);
  slot.result(0, y);
}

void checkPool(const Step& step, const SlotChecker& slot) {
  const PoolGeometry& g = step.pool;
  checkWindow(g.window);
  checkPoolOutput(g.window);
  slot.operand(0, tensorSize(g.batch, g.channels, g.window.input));
  const int64_t y = tensorSize(g.batch, g.channels, g.window.output);
  slot.result(0, y);
  if (step.kind == StepKind::kMaxPool) slot.result(1, y, SlotType::kInt32);
}

void checkColumns(const Step& step, const SlotChecker& slot) {
  const PoolGeometry& g = step.pool;
  checkWindow(g.window);
  checkConvOutput(g.window);
  const Extent3& k = g.window.kernel;
  const Extent3& o = g.window.output;
  const int64_t image = tensorSize(g.batch, g.channels, g.window.input);
  const int64_t columns = tensorSize({g.batch, g.channels, k.d, k.h, k.w, o.d, o.h, o.w});
  const bool to_columns = step.kind == StepKind::kIm2col;
  slot.operand(0, to_columns ? image : columns);
  slot.result(0, to_columns ? columns : image);
}

void checkResize(const Step& step, const SlotChecker& slot) {
  const ResizeGeometry& g = step.resize;
  const int64_t x = tensorSize(g.batch, g.channels, g.input);
  const int64_t y = tensorSize(g.batch, g.channels, g.output);
  slot.operand(0, x);
  if (step.kind == StepKind::kMaxUnpool) slot.operand(1, x, SlotType::kInt32);
  slot.result(0, y);
  if (step.kind == StepKind::kAdaptiveMaxPool) slot.result(1, y, SlotType::kInt32);
}

void checkPad(const Step& step, const SlotChecker& slot) {
  const PadGeometry& g = step.pad;
  const int64_t pads[3][2] = {
      {g.pad_front, g.pad_back}, {g.pad_top, g.pad_bottom}, {g.pad_left, g.pad_right}};
  const int64_t sizes[3] = {g.input.d, g.input.h, g.input.w};
  int64_t padded[3];
  for (int axis = 0; axis < 3; ++axis) {
    const int64_t before = pads[axis][0], after = pads[axis][1], size = sizes[axis];
    require(before >= 0 && after >= 0 && before < kMaxWindow && after < kMaxWindow,
            "a padding is out of range");
    const int64_t most = g.mode == PadMode::kReflect ? size - 1 : size;
    const bool bounded = g.mode == PadMode::kReflect || g.mode == PadMode::kCircular;
    require(!bounded || (before <= most && after <= most), "a padding is larger than the input");
    padded[axis] = before + size + after;
  }
  slot.operand(0, tensorSize(g.outer, 1, g.input));
  slot.result(0, tensorSize({g.outer, padded[0], padded[1], padded[2]}));
}

void checkChannels(const Step& step, const SlotChecker& slot) {
  const ChannelGeometry& g = step.channel;
  const int64_t size = tensorSize({g.outer, g.channels, g.inner});
  slot.operand(0, size);
  if (step.kind == StepKind::kBatchNorm) {
    require(step.activation.kind != ActivationKind::kPrelu, "a batch norm has no slope");
    for (size_t i = 1; i < 5; ++i) slot.operand(i, g.channels);
  } else {
    slot.operand(1, size);
    slot.slope(2, g.channels);
  }
  slot.result(0, size);
}

void checkLinear(const Step& step, const SlotChecker& slot) {
  const LinearGeometry& g = step.linear;
  const int64_t y = tensorSize({g.rows, g.out_features});
  // Like a convolution without input channels: only the bias is left.
  slot.operand(0, g.in_features == 0 ? 0 : tensorSize({g.rows, g.in_features}));
  slot.operand(1, g.in_features == 0 ? 0 : tensorSize({g.out_features, g.in_features}));
  slot.operand(2, g.out_features);
  slot.operand(3, y);
  slot.slope(4, g.out_features);
  slot.result(0, y);
}

// Kinds whose operand and result are one array of the same size.
void checkSameSize(const SlotChecker& slot, int64_t size) {
  slot.operand(0, size);
  slot.result(0, size);
}

void checkTranspose(const Step& step, const SlotChecker& slot) {
  const int64_t size = tensorSize({step.transpose.batch, step.transpose.rows, step.transpose.columns});
  const SlotType type = slot.operandType(0);
  require(bytesPerValue(type) == 4, "a slot has the wrong type");
  slot.operand(0, size, type);
  slot.result(0, size, type);
}

}  // namespace

void checkGeometry(const Step& step, const std::vector<Slot>& slots) {
  const SlotChecker slot(step, slots);
  switch (step.kind) {
    case StepKind::kConv:
    case StepKind::kConvTranspose:
      return checkConv(step, slot);
    case StepKind::kMaxPool:
    case StepKind::kAvgPool:
    case StepKind::kLpPool:
      return checkPool(step, slot);
    case StepKind::kIm2col:
    case StepKind::kCol2im:
      return checkColumns(step, slot);
    case StepKind::kAdaptiveAvgPool:
    case StepKind::kAdaptiveMaxPool:
    case StepKind::kMaxUnpool:
      return checkResize(step, slot);
    case StepKind::kBatchNorm:
    case StepKind::kActivation:
      return checkChannels(step, slot);
    case StepKind::kLinear:
      return checkLinear(step, slot);
    case StepKind::kSoftmax:
    case StepKind::kLogSoftmax:
      return checkSameSize(slot, tensorSize({step.softmax.outer, step.softmax.length, step.softmax.inner}));
    case StepKind::kPad:
      return checkPad(step, slot);
    case StepKind::kTranspose:
      return checkTranspose(step, slot);
    case StepKind::kReshape:
      return checkSameSize(slot, tensorSize({step.reshape.size}));
    case StepKind::kUnary:
    case StepKind::kBinary:
    case StepKind::kWhere:
    case StepKind::kStrided:
    case StepKind::kConcat:
    case StepKind::kReduce:
    case StepKind::kConvert:
      return checkGeneralStep(step, slot);
    case StepKind::kGather:
    case StepKind::kTopK:
    case StepKind::kNonMaxSuppression:
    case StepKind::kResample:
    case StepKind::kNormalize:
    case StepKind::kLrn:
    case StepKind::kGridSample:
      return checkSamplingStep(step, slot);
    case StepKind::kImageToTensor:
    case StepKind::kTensorToImage:
    case StepKind::kImageResize:
    case StepKind::kImagePad:
      return checkImageStep(step, slot);
    case StepKind::kImageFilter:
    case StepKind::kImageSeparable:
    case StepKind::kImageSharpen:
    case StepKind::kImageSmooth:
    case StepKind::kImageBox:
    case StepKind::kImageMedian:
    case StepKind::kImageErode:
    case StepKind::kImageDilate:
    case StepKind::kImageIntegral:
      return checkWindowStep(step, slot);
    case StepKind::kCount:
      break;
  }
  failProgram("unknown step kind");
}

}  // namespace convkit
