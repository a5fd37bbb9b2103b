#pragma once

// Kernel family `roof`: as many multiply-adds as the instruction set can do, on values that stay in
// registers.

#include <cstdint>

#include "core/cpu.h"

namespace convkit {

struct RoofKernels {
  // Floating-point operations of one round.
  int64_t operations;
  // Writes one value that depends on all of them to `sink`.
  void (*multiply_add)(int64_t rounds, float* sink);
};

const RoofKernels& roofKernels(Isa isa);

}  // namespace convkit
