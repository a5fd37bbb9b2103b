#pragma once

#include "program/plan_steps.h"

namespace convkit {

// Parts of planGeneralStep.

StepDescription planBinary(const Step& step, Isa isa, ValueTable& table);
StepDescription planConcat(const Step& step, Isa isa, ValueTable& table);
StepDescription planStrided(const Step& step, Isa isa, ValueTable& table);

// Whether a step that could work either way should work in blocks: some operand has them already, and no more
// values have to be reordered, before the step or after it, than if it worked on planes.
bool blocksPay(const Step& step, const ValueTable& table);

inline Dims flatDims(int64_t size) { return {1, static_cast<int32_t>(size), {1, 1, 1}}; }
inline Value flatValue(int32_t slot, ValueTable& table) {
  return table.plain(slot, flatDims(table.sizeOf(slot)));
}

constexpr const char* kInBlocks = "channels in lanes, as its operand lies";

}  // namespace convkit
