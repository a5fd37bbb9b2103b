#pragma once

// Kernel family `unary`: y[i] = f(x[i]) for i < count, with the operations of UNARY_OPERATIONS in
// src/geometry/records.ts.
//
// Reads and writes exactly `count` values. No alignment is needed; y may equal x, otherwise nothing overlaps.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

struct UnaryArgs {
  const float* x;
  float* y;
  int64_t count;
  float alpha, beta;
};

using UnaryKernel = void (*)(const UnaryArgs& args);

struct UnaryKernels {
  UnaryKernel of[static_cast<int>(UnaryOperation::kCount)];
  UnaryKernel operator[](UnaryOperation operation) const { return of[static_cast<int>(operation)]; }
};

const UnaryKernels& unaryKernels(Isa isa);

}  // namespace convkit
