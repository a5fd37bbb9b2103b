#pragma once

#include <vector>

#include "core/cpu.h"
#include "program/decode.h"

namespace convkit {

class ValueTable;

// A slot that is to lie among the channels of another one, a concatenation's result, so that nobody has to
// copy it there. The result itself is its own first slice.
struct Slice {
  int32_t whole = kNoSlot;  // kNoSlot for a slot with memory of its own
  int32_t channel = 0;      // its first one in `whole`
  // Only tensors of so many images and pixels a plane have such channels.
  int32_t images = 0;
  int64_t pixels = 0;
};

// By slot. To be called when all steps have said what they like in blocks, before any is planned; the halos
// of slots that will share memory become one.
//
// A slot is only foreseen here. Its producer decides, and a concatenation copies what it does not find in
// place.
std::vector<Slice> findSlices(const DecodedProgram& program, Isa isa, ValueTable& table);

}  // namespace convkit
