#pragma once

#include <memory>
#include <vector>

#include "core/memory.h"
#include "ops/op.h"
#include "program/program.h"

namespace convkit {

// Where a value of a planned program is during a run.
enum class Storage { kArena, kInput, kOutput, kConstant };

struct Place {
  Storage storage;
  size_t index;  // arena: offset in bytes; input and output: port; constant: number
};

// What a planned program consists of.
struct Plan {
  std::vector<std::unique_ptr<Op>> ops;
  std::vector<int32_t> steps;  // by op: the step of the spec that it works for, -1 for none
  std::vector<Place> places;   // by Value::id
  std::vector<std::shared_ptr<const AlignedBuffer>> constants;
  std::vector<StepDescription> descriptions;
  size_t arena_bytes = 0;
  size_t thread_scratch_bytes = 0;
};

}  // namespace convkit
