#pragma once

#include <cstdint>
#include <vector>

#include "program/layout.h"
#include "program/slices.h"

namespace convkit {

// The steps during which a slot's memory is in use.
struct Room {
  int32_t first = INT32_MAX, last = -1;
  int64_t size = 0;  // values
};

// What is known of a program's slots before its steps are planned.
struct SlotFacts {
  int32_t source;  // the slot itself, or the one that it is another view of
  Dims dims{};     // as far as they can be told; no images where they cannot
  bool leaves_blocks = false;
  bool halo_matters = false;
  Room room;
};

// By slot. What belongs to memory is with the source.
std::vector<SlotFacts> slotFacts(const DecodedProgram& program, Isa isa, const ValueTable& table);

// Values that it takes to hold `slot` with this halo.
int64_t valuesToHold(int32_t slot, const Dims& dims, const Halo& halo, const ValueTable& table);

}  // namespace convkit
