#pragma once

// Programs that can also be run step by step.

#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/memory.h"
#include "program/planner.h"
#include "test/harness.h"
#include "test/program_builder.h"

namespace convkit::test {

using Tensors = std::vector<std::vector<float>>;

class RecordedProgram {
 public:
  void output(int slot) {
    builder_.output(slot);
    outputs_.push_back(slot);
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

 protected:
  struct StepRecord {
    StepKind kind;
    std::vector<int> operands, results, geometry;
    ProgramBuilder::Extras extras;
  };

  int inputOf(std::vector<float> values) {
    const int slot = builder_.input(static_cast<int64_t>(values.size()));
    inputs_.push_back(slot);
    values_[slot] = std::move(values);
    return slot;
  }

  int constantOf(std::vector<float> values) {
    const int slot = builder_.constant(constants_.emplace_back(std::move(values)));
    values_[slot] = constants_.back();
    return slot;
  }

  int slotOf(int64_t size) {
    const int slot = builder_.slot(size);
    sizes_[slot] = size;
    return slot;
  }

  void add(StepRecord step) {
    builder_.step(step.kind, step.operands, step.results, step.geometry, step.extras);
    steps_.push_back(std::move(step));
  }

 private:
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

  ProgramBuilder builder_;
  std::deque<std::vector<float>> constants_;
  std::vector<StepRecord> steps_;
  std::vector<int> inputs_, outputs_;
  std::map<int, int64_t> sizes_;
  std::map<int, std::vector<float>> values_;  // of inputs and constants
};

}  // namespace convkit::test
