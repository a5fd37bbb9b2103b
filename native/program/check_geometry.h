#pragma once

#include <vector>

#include "program/step.h"

namespace convkit {

struct Slot;

// Checks a step's geometry in itself and against its slots' sizes and types: afterwards no op can be
// made to read or write outside its operands. Throws std::invalid_argument.
void checkGeometry(const Step& step, const std::vector<Slot>& slots);

}  // namespace convkit
