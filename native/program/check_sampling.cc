#include <algorithm>

#include "program/check_steps.h"

namespace convkit {
namespace {

void checkGather(const Step& step, const SlotChecker& slot) {
  const GatherGeometry& g = step.gather;
  slot.operand(0, tensorSize({g.outer, g.length, g.inner}));
  slot.operand(1, tensorSize({g.count}));
  slot.result(0, tensorSize({g.outer, g.count, g.inner}));
}

void checkTopK(const Step& step, const SlotChecker& slot) {
  const TopKGeometry& g = step.top_k;
  slot.operand(0, tensorSize({g.outer, g.length, g.inner}));
  require(g.k >= 1 && g.k <= g.length, "k is out of range");
  const int64_t y = tensorSize({g.outer, g.k, g.inner});
  slot.result(0, y);
  slot.result(1, y);
}

void checkNonMaxSuppression(const Step& step, const SlotChecker& slot) {
  const NonMaxSuppressionGeometry& g = step.non_max_suppression;
  slot.operand(0, tensorSize({g.batches, g.boxes, 4}));
  slot.operand(1, tensorSize({g.batches, g.classes, g.boxes}));
  require(g.most_per_class >= 1, "a size is not positive");
  slot.result(0, tensorSize({g.batches, g.classes, std::min(g.most_per_class, g.boxes), 3}));
  slot.result(1, 1);
}

void checkResample(const Step& step, const SlotChecker& slot) {
  const ResampleGeometry& g = step.resample;
  slot.operand(0, tensorSize({g.outer, g.length, g.inner}));
  const int64_t table = tensorSize({g.output_length, g.taps});
  slot.operand(1, table);
  slot.operand(2, table);
  slot.operand(3, g.output_length);
  slot.result(0, tensorSize({g.outer, g.output_length, g.inner}));
}

void checkNormalize(const Step& step, const SlotChecker& slot) {
  const int64_t size = tensorSize({step.normalize.rows, step.normalize.length});
  slot.operand(0, size);
  slot.result(0, size);
}

void checkLrn(const Step& step, const SlotChecker& slot) {
  const LrnGeometry& g = step.lrn;
  require(g.size >= 1, "a window is not positive");
  const int64_t size = tensorSize({g.outer, g.channels, g.inner});
  slot.operand(0, size);
  slot.result(0, size);
}

void checkGridSample(const Step& step, const SlotChecker& slot) {
  const GridSampleGeometry& g = step.grid_sample;
  slot.operand(0, tensorSize({g.batch, g.channels, g.input_height, g.input_width}));
  slot.operand(1, tensorSize({g.batch, g.output_height, g.output_width, 2}));
  slot.result(0, tensorSize({g.batch, g.channels, g.output_height, g.output_width}));
}

}  // namespace

void checkSamplingStep(const Step& step, const SlotChecker& slot) {
  switch (step.kind) {
    case StepKind::kGather:
      return checkGather(step, slot);
    case StepKind::kTopK:
      return checkTopK(step, slot);
    case StepKind::kNonMaxSuppression:
      return checkNonMaxSuppression(step, slot);
    case StepKind::kResample:
      return checkResample(step, slot);
    case StepKind::kNormalize:
      return checkNormalize(step, slot);
    case StepKind::kLrn:
      return checkLrn(step, slot);
    case StepKind::kGridSample:
      return checkGridSample(step, slot);
    default:
      failProgram("unknown step kind");
  }
}

}  // namespace convkit
