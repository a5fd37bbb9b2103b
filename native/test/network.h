#pragma once

// Networks of 2-D steps on square planes, with random constants and inputs.

#include <cmath>
#include <utility>
#include <vector>

#include "test/op_runner.h"
#include "test/recorded_program.h"

namespace convkit::test {

struct Features {
  int slot;
  int channels, size;
};

class Network : public RecordedProgram {
 public:
  explicit Network(int batch) : batch_(batch) {}

  Features input(int channels, int size) {
    return {inputOf(randomReals(int64_t{batch_} * channels * size * size, seed_++, 1)), channels, size};
  }

  struct ConvOptions {
    int kernel = 1, stride = 1, groups = 1;
    Algorithm algorithm = Algorithm::kDirect;
    ActivationKind activation = ActivationKind::kIdentity;
    int residual = kNoSlot;
  };
  Features conv(const Features& x, int channels, const ConvOptions& options) {
    const Window window = squareWindow(x.size, options.kernel, options.stride, options.kernel / 2);
    const Features y = tensor(channels, window.output.h);
    const int terms = x.channels / options.groups * options.kernel * options.kernel;
    const int weights = constant(channels * terms, 1.0f / static_cast<float>(terms));
    ProgramBuilder::Extras extras;
    extras.algorithm = options.algorithm;
    extras.activation.kind = options.activation;
    add({StepKind::kConv,
         {x.slot, weights, constant(channels, 1), options.residual, kNoSlot},
         {y.slot},
         convFields({batch_, x.channels, channels, options.groups, window}),
         extras});
    return y;
  }
  Features conv(const Features& x, int channels, int kernel) {
    ConvOptions options;
    options.kernel = kernel;
    return conv(x, channels, options);
  }

  Features pool(StepKind kind, const Features& x, int kernel, int stride) {
    const Window window = squareWindow(x.size, kernel, stride, kernel / 2);
    const Features y = tensor(x.channels, window.output.h);
    std::vector<int> fields = {batch_, x.channels};
    const std::vector<int> rest = windowFields(window);
    fields.insert(fields.end(), rest.begin(), rest.end());
    if (kind == StepKind::kAvgPool) fields.insert(fields.end(), {0, 0});
    std::vector<int> results = {y.slot};
    if (kind == StepKind::kMaxPool) results.push_back(kNoSlot);
    add({kind, {x.slot}, results, fields, {}});
    return y;
  }

  Features globalAverage(const Features& x) {
    const Features y = tensor(x.channels, 1);
    add({StepKind::kAdaptiveAvgPool,
         {x.slot},
         {y.slot},
         {batch_, x.channels, 1, x.size, x.size, 1, 1, 1},
         {}});
    return y;
  }

  Features mean(const Features& x) {
    const Features y = tensor(x.channels, 1);
    add({StepKind::kReduce,
         {x.slot},
         {y.slot},
         {static_cast<int>(ReduceOperation::kMean), batch_ * x.channels, x.size * x.size, 1},
         {}});
    return y;
  }

  Features batchNorm(const Features& x) {
    const Features y = tensor(x.channels, x.size);
    ProgramBuilder::Extras extras;
    extras.activation.kind = ActivationKind::kRelu;
    extras.scalars = {1.0};
    std::vector<int> operands = {x.slot, constant(x.channels, 1)};
    operands.push_back(positives(x.channels));
    operands.insert(operands.end(), {constant(x.channels, 1), constant(x.channels, 1)});
    add({StepKind::kBatchNorm, operands, {y.slot}, {batch_, x.channels, x.size * x.size}, extras});
    return y;
  }

  Features activation(const Features& x, ActivationKind kind, int residual = kNoSlot) {
    const Features y = tensor(x.channels, x.size);
    ProgramBuilder::Extras extras;
    extras.activation.kind = kind;
    add({StepKind::kActivation,
         {x.slot, residual, kNoSlot},
         {y.slot},
         {batch_, x.channels, x.size * x.size},
         extras});
    return y;
  }

  Features negated(const Features& x) {
    const Features y = tensor(x.channels, x.size);
    ProgramBuilder::Extras extras;
    extras.scalars = {0, 0};
    add({StepKind::kUnary,
         {x.slot},
         {y.slot},
         {static_cast<int>(UnaryOperation::kNeg), static_cast<int>(valuesOf(x))},
         extras});
    return y;
  }

  // `b` may be of one pixel.
  Features product(const Features& a, const Features& b) {
    const Features y = tensor(a.channels, a.size);
    const int pixels = a.size * a.size, b_pixels = b.size * b.size;
    std::vector<int> fields = {static_cast<int>(BinaryOperation::kMul)};
    auto axes = [&](int n, int c, int p) { fields.insert(fields.end(), {1, 1, 1, n, c, p}); };
    axes(batch_, a.channels, pixels);
    fields.insert(fields.end(), {0, 0, 0, a.channels * pixels, pixels, 1});
    fields.insert(fields.end(), {0, 0, 0, b.channels * b_pixels, b_pixels, b_pixels == 1 ? 0 : 1});
    add({StepKind::kBinary, {a.slot, b.slot}, {y.slot}, fields, {}});
    return y;
  }

  Features channels(const Features& x, int first, int count) {
    const Features y = tensor(count, x.size);
    const int pixels = x.size * x.size;
    add({StepKind::kStrided,
         {x.slot},
         {y.slot},
         {first * pixels, 1, 1, 1, batch_, count, pixels, 0, 0, 0, x.channels * pixels, pixels, 1},
         {}});
    return y;
  }

  // Every row twice, then every column.
  Features upsampled(const Features& x) {
    const int size = x.size, planes = batch_ * x.channels;
    std::vector<float> indices, weights(static_cast<size_t>(2 * size), 1);
    for (int i = 0; i < 2 * size; ++i) indices.push_back(static_cast<float>(i / 2));
    const int index = constantOf(indices), weight = constantOf(weights);
    const int tall = tensor(x.channels * 2, size).slot;
    add({StepKind::kResample,
         {x.slot, index, weight, kNoSlot},
         {tall},
         {planes, size, size, 2 * size, 1},
         {}});
    const Features y = tensor(x.channels, 2 * size);
    add({StepKind::kResample,
         {tall, index, weight, kNoSlot},
         {y.slot},
         {planes * 2 * size, size, 1, 2 * size, 1},
         {}});
    return y;
  }

  Features concat(const std::vector<Features>& parts) {
    int channels = 0;
    std::vector<int> operands;
    for (const Features& part : parts) channels += part.channels, operands.push_back(part.slot);
    const Features y = tensor(channels, parts[0].size);
    add({StepKind::kConcat, operands, {y.slot}, {batch_, y.size * y.size}, {}});
    return y;
  }

  void output(const Features& y) { RecordedProgram::output(y.slot); }

 private:
  int64_t valuesOf(const Features& x) const { return int64_t{batch_} * x.channels * x.size * x.size; }

  Features tensor(int channels, int size) {
    return {slotOf(int64_t{batch_} * channels * size * size), channels, size};
  }

  int constant(int count, float size) { return constantOf(randomReals(count, seed_++, size)); }
  int positives(int count) {
    std::vector<float> values = randomReals(count, seed_++, 1);
    for (float& value : values) value = std::fabs(value) + 0.5f;
    return constantOf(std::move(values));
  }

  const int batch_;
  uint32_t seed_ = 1;
};

}  // namespace convkit::test
