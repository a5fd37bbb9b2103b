#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "program/code_reader.h"
#include "program/decode.h"

namespace convkit {

inline void require(bool condition, const char* what) {
  if (!condition) failProgram(what);
}

// Product of sizes that must be positive and stay below 2^31, the largest tensor.
inline int64_t tensorSize(std::initializer_list<int64_t> sizes) {
  int64_t product = 1;
  for (const int64_t size : sizes) {
    require(size >= 1 && size <= INT32_MAX, "a size is not positive");
    product *= size;
    require(product <= INT32_MAX, "a tensor has more than 2^31 - 1 values");
  }
  return product;
}

inline int64_t tensorSize(int64_t batch, int64_t channels, const Extent3& space) {
  return tensorSize({batch, channels, space.d, space.h, space.w});
}

// Compares slots with what the geometry makes of them.
class SlotChecker {
 public:
  SlotChecker(const Step& step, const std::vector<Slot>& slots) : step_(step), slots_(slots) {}

  void operand(size_t i, int64_t size, SlotType type = SlotType::kFloat32) const {
    check(step_.operands[i], size, type);
  }
  void result(size_t i, int64_t size, SlotType type = SlotType::kFloat32) const {
    check(step_.results[i], size, type);
  }

  int64_t operandSize(size_t i) const { return slots_[step_.operands[i]].size; }
  SlotType operandType(size_t i) const { return slots_[step_.operands[i]].type; }
  SlotType resultType(size_t i) const { return slots_[step_.results[i]].type; }

  // One value, or one a channel.
  void slope(size_t i, int64_t channels) const {
    const int32_t slot = step_.operands[i];
    const bool wanted = step_.activation.kind == ActivationKind::kPrelu;
    require((slot != kNoSlot) == wanted, "prelu and its slope go together");
    if (wanted) check(slot, slots_[slot].size == 1 ? 1 : channels, SlotType::kFloat32);
  }

  const std::vector<Slot>& slots() const { return slots_; }

 private:
  void check(int32_t slot, int64_t size, SlotType type) const {
    if (slot == kNoSlot) return;
    if (slots_[slot].size != size) {
      failProgram("slot " + std::to_string(slot) + " has " + std::to_string(slots_[slot].size) +
                  " values, its step needs " + std::to_string(size));
    }
    require(slots_[slot].type == type, "a slot has the wrong type");
  }

  const Step& step_;
  const std::vector<Slot>& slots_;
};

}  // namespace convkit
