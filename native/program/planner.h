#pragma once

#include "program/decode.h"
#include "program/plan.h"

namespace convkit {

// Chooses algorithms and layouts, packs constants, lays out memory.
Plan planProgram(const DecodedProgram& program, Isa isa);

}  // namespace convkit
