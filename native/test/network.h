#pragma once

// Networks of 2-D steps, run whole, with concatenations in place or copied, and step by step.

#include <cmath>
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/memory.h"
#include "core/thread_pool.h"
#include "program/planner.h"
#include "test/harness.h"
#include "test/op_runner.h"
#include "test/program_builder.h"

namespace convkit::test {

using Tensors = std::vector<std::vector<float>>;

struct Features {
  int slot;
  int channels, size;  // of square planes
};

class Network {
 public:
  explicit Network(int batch) : batch_(batch) {}

  Features input(int channels, int size) {
    const Features x{builder_.input(int64_t{batch_} * channels * size * size), channels, size};
    inputs_.push_back(x.slot);
    values_[x.slot] = randomReals(valuesOf(x), seed_++, 1);
    return x;
  }

  struct ConvOptions {
    int kernel = 1, stride = 1, groups = 1;
    Algorithm algorithm = Algorithm::kDirect;
    ActivationKind activation = ActivationKind::kIdentity;
    int residual = kNoSlot;
  };
  Features conv(const Features& x, int channels, const ConvOptions& options) {
    const Window window = windowOf(x.size, options.kernel, options.stride, options.kernel / 2);
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
    const Window window = windowOf(x.size, kernel, stride, kernel / 2);
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

  void output(const Features& y) {
    builder_.output(y.slot);
    outputs_.push_back(y.slot);
  }

  Plan plan(Isa isa, Concatenations concatenations) const {
    return planProgram(decodeProgram(builder_.spec()), isa, concatenations);
  }

  // In an arena of garbage.
  Tensors run(const Plan& plan, int threads) const {
    AlignedBuffer arena(plan.arena_bytes);
    std::memset(arena.data(), 0xff, arena.size());
    const size_t stride = (plan.thread_scratch_bytes + 127) / 128 * 128;
    AlignedBuffer scratch(stride * static_cast<size_t>(threads) + 1);
    Tensors results;
    for (const int slot : outputs_) results.emplace_back(static_cast<size_t>(sizes_.at(slot)));
    std::vector<void*> values;
    for (const Place& place : plan.places) {
      switch (place.storage) {
        case Storage::kInput:
          values.push_back(const_cast<float*>(values_.at(inputs_[place.index]).data()));
          break;
        case Storage::kOutput:
          values.push_back(results[place.index].data());
          break;
        case Storage::kConstant:
          values.push_back(const_cast<void*>(plan.constants[place.index]->data()));
          break;
        case Storage::kArena:
          values.push_back(arena.data<char>() + place.index);
          break;
      }
    }
    for (const auto& op : plan.ops) op->run({values.data(), threads, scratch.data<char>(), stride, nullptr});
    return results;
  }

  // Every step a program of its own, from plain values to plain values.
  Tensors runStepwise(Isa isa) const {
    std::map<int, std::vector<float>> values = values_;
    for (const StepRecord& step : steps_) runAlone(step, isa, &values);
    Tensors results;
    for (const int slot : outputs_) results.push_back(values.at(slot));
    return results;
  }

  // How the concatenations are done, in their order.
  std::vector<std::string> concatenations(const Plan& plan) const {
    std::vector<std::string> reasons;
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i].kind == StepKind::kConcat) reasons.push_back(plan.descriptions[i].reason);
    }
    return reasons;
  }

 private:
  struct StepRecord {
    StepKind kind;
    std::vector<int> operands, results, geometry;
    ProgramBuilder::Extras extras;
  };

  int64_t valuesOf(const Features& x) const { return int64_t{batch_} * x.channels * x.size * x.size; }

  Features tensor(int channels, int size) {
    const int slot = builder_.slot(int64_t{batch_} * channels * size * size);
    sizes_[slot] = int64_t{batch_} * channels * size * size;
    return {slot, channels, size};
  }

  int constant(int count, float size) { return constantOf(randomReals(count, seed_++, size)); }
  int positives(int count) {
    std::vector<float> values = randomReals(count, seed_++, 1);
    for (float& value : values) value = std::fabs(value) + 0.5f;
    return constantOf(std::move(values));
  }
  int constantOf(std::vector<float> values) {
    const int slot = builder_.constant(constants_.emplace_back(std::move(values)));
    values_[slot] = constants_.back();
    return slot;
  }

  static Window windowOf(int size, int kernel, int stride, int pad) {
    const int output = (size + 2 * pad - kernel) / stride + 1;
    return {{1, size, size},
            {1, output, output},
            {1, kernel, kernel},
            {1, stride, stride},
            {1, 1, 1},
            0,
            0,
            pad,
            pad,
            pad,
            pad};
  }

  void add(StepRecord step) {
    builder_.step(step.kind, step.operands, step.results, step.geometry, step.extras);
    steps_.push_back(std::move(step));
  }

  void runAlone(const StepRecord& step, Isa isa, std::map<int, std::vector<float>>* values) const {
    ProgramBuilder builder;
    std::vector<const void*> inputs;
    std::vector<int> operands, results;
    for (const int slot : step.operands) {
      operands.push_back(slot == kNoSlot ? kNoSlot
                                         : builder.input(static_cast<int64_t>(values->at(slot).size())));
      if (slot != kNoSlot) inputs.push_back(values->at(slot).data());
    }
    for (const int slot : step.results) {
      results.push_back(slot == kNoSlot ? kNoSlot : builder.slot(sizes_.at(slot)));
    }
    std::vector<float>& y = (*values)[step.results[0]];
    y.resize(static_cast<size_t>(sizes_.at(step.results[0])));
    builder.step(step.kind, operands, results, step.geometry, step.extras);
    builder.output(results[0]);
    void* outputs[] = {y.data()};
    Program::create(builder.spec(), isa)->run(inputs.data(), outputs, nullptr);
  }

  const int batch_;
  uint32_t seed_ = 1;
  ProgramBuilder builder_;
  std::deque<std::vector<float>> constants_;
  std::vector<StepRecord> steps_;
  std::vector<int> inputs_, outputs_;
  std::map<int, int64_t> sizes_;
  std::map<int, std::vector<float>> values_;  // of inputs and constants
};

}  // namespace convkit::test
