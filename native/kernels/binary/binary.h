#pragma once

// Kernel family `binary`: y[i] = min(high, max(low, a[i] ∘ b[i])) for i < count, with the operations of
// BINARY_OPERATIONS in src/geometry/records.ts, and
//
//   choose   y[i] = condition[i] ≠ 0 ? a[i] : b[i]
//   power    y[i] = a[i] to `exponent`, which is one of those that hasPowerKernel says
//
// The bounds are an activation's; infinite ones bound nothing, and a NaN stays NaN. An operand that repeats
// is one vector of `lanes` values which stands again and again. Reads and writes exactly `count` values, and
// the whole of a repeated vector. No alignment is needed; y may equal an operand that does not repeat,
// otherwise nothing overlaps.
//
// Any other pow, mod and fmod are no vector arithmetic and have no kernel.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

struct BinaryArgs {
  const float* a;
  const float* b;
  bool a_repeats, b_repeats;
  float* y;
  int64_t count;
  float low, high;
};

using BinaryKernel = void (*)(const BinaryArgs& args);

struct ChooseArgs {
  const float* condition;
  const float* a;
  const float* b;
  float* y;
  int64_t count;
};

bool hasPowerKernel(float exponent);

struct PowerArgs {
  const float* a;
  float exponent;
  float* y;
  int64_t count;
  float low, high;
};

struct BinaryKernels {
  int lanes;
  BinaryKernel of[static_cast<int>(BinaryOperation::kCount)];
  void (*choose)(const ChooseArgs& args);
  void (*power)(const PowerArgs& args);
  BinaryKernel operator[](BinaryOperation operation) const { return of[static_cast<int>(operation)]; }
};

const BinaryKernels& binaryKernels(Isa isa);

}  // namespace convkit
