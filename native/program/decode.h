#pragma once

#include <vector>

#include "program/program.h"
#include "program/step.h"

namespace convkit {

struct Slot {
  int64_t size;
  SlotType type;
  // As many 4-byte words hold the values.
  int64_t words() const { return (size * bytesPerValue(type) + 3) / 4; }
};

// A spec turned into records. Everything that memory safety rests on has been checked: slots are in
// range, of the type and size that the step's geometry asks for, and written once before they are read.
struct DecodedProgram {
  std::vector<Slot> slots;
  std::vector<int32_t> inputs;
  std::vector<int32_t> outputs;
  // A slot's constant values, null where it has none. Borrowed from the spec.
  std::vector<const float*> constants;
  // What ProgramSpec calls them, by slot; 0 for those that are not shared, or no constants.
  std::vector<uint64_t> constant_ids;
  std::vector<Step> steps;
};

// Throws std::invalid_argument.
DecodedProgram decodeProgram(const ProgramSpec& spec);

}  // namespace convkit
