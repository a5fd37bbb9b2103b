#pragma once

#include <atomic>

#include "program/decode.h"
#include "program/plan.h"

namespace convkit {

// Whether operands of concatenations are written where their channels are wanted. Copying gives the same
// bits, which makes it the measure of the other.
enum class Concatenations { kInPlace, kCopied };

// Chooses algorithms and layouts, packs constants, lays out memory. Throws Cancelled at the next step once
// `*cancelled`, which may be null, is true.
Plan planProgram(const DecodedProgram& program, Isa isa,
                 Concatenations concatenations = Concatenations::kInPlace,
                 const std::atomic<bool>* cancelled = nullptr);

}  // namespace convkit
