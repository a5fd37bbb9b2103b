#include "program/planner.h"

#include "program/plan_steps.h"
#include "program/program.h"

namespace convkit {
namespace {

void requestBlocks(const Step& step, Isa isa, ValueTable& table) {
  switch (step.kind) {
    case StepKind::kConv:
    case StepKind::kConvTranspose:
      table.passRequest(step.results[0], step.operands[3]);
      return requestConvBlocks(step, isa, table);
    case StepKind::kMaxPool:
    case StepKind::kAvgPool:
    case StepKind::kAdaptiveAvgPool:
    case StepKind::kAdaptiveMaxPool:
      return requestPoolBlocks(step, table);
    case StepKind::kBatchNorm:
      return table.passRequest(step.results[0], step.operands[0]);
    case StepKind::kActivation:
      table.passRequest(step.results[0], step.operands[0]);
      return table.passRequest(step.results[0], step.operands[1]);
    case StepKind::kReshape:
      return table.passHalo(step.results[0], step.operands[0]);
    case StepKind::kUnary:
    case StepKind::kBinary:
    case StepKind::kStrided:
    case StepKind::kConcat:
      return requestGeneralBlocks(step, table);
    case StepKind::kResample:
      return requestResampleBlocks(step, table);
    default:
      return;
  }
}

StepDescription planStep(const Step& step, Isa isa, ValueTable& table) {
  switch (step.kind) {
    case StepKind::kConv:
    case StepKind::kConvTranspose:
      return planConv(step, isa, table);
    case StepKind::kLinear:
      return planLinear(step, isa, table);
    case StepKind::kMaxPool:
    case StepKind::kAvgPool:
    case StepKind::kAdaptiveAvgPool:
    case StepKind::kAdaptiveMaxPool:
      return planPool(step, isa, table);
    case StepKind::kBatchNorm:
    case StepKind::kActivation:
      return planChannelStep(step, isa, table);
    case StepKind::kUnary:
    case StepKind::kBinary:
    case StepKind::kWhere:
    case StepKind::kStrided:
    case StepKind::kConcat:
    case StepKind::kReduce:
    case StepKind::kConvert:
      return planGeneralStep(step, isa, table);
    case StepKind::kGather:
    case StepKind::kTopK:
    case StepKind::kNonMaxSuppression:
    case StepKind::kResample:
    case StepKind::kNormalize:
    case StepKind::kLrn:
    case StepKind::kGridSample:
    case StepKind::kLogSoftmax:
      return planSamplingStep(step, isa, table);
    case StepKind::kImageToTensor:
    case StepKind::kTensorToImage:
    case StepKind::kImageResize:
    case StepKind::kImagePad:
      return planImageStep(step, isa, table);
    case StepKind::kImageFilter:
    case StepKind::kImageSeparable:
    case StepKind::kImageSharpen:
    case StepKind::kImageSmooth:
    case StepKind::kImageBox:
    case StepKind::kImageMedian:
    case StepKind::kImageErode:
    case StepKind::kImageDilate:
    case StepKind::kImageIntegral:
      return planWindowStep(step, isa, table);
    default:
      return planPlainStep(step, isa, table);
  }
}

}  // namespace

Plan planProgram(const DecodedProgram& program, Isa isa, Concatenations concatenations,
                 const std::atomic<bool>* cancelled) {
  ValueTable table(program, isa);
  // Backwards, so that a wish for blocks reaches the steps that only pass it on.
  for (auto step = program.steps.rbegin(); step != program.steps.rend(); ++step) {
    requestBlocks(*step, isa, table);
  }
  if (concatenations == Concatenations::kInPlace) table.shareMemory(findSlices(program, isa, table));
  std::vector<StepDescription> descriptions;
  for (const Step& step : program.steps) {
    if (cancelled && cancelled->load(std::memory_order_relaxed)) throw Cancelled();
    table.beginStep(static_cast<int32_t>(descriptions.size()));
    descriptions.push_back(planStep(step, isa, table));
  }
  return table.finish(std::move(descriptions));
}

}  // namespace convkit
