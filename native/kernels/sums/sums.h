#pragma once

// Kernel family `sums`: running sums of pixels in int32, which count modulo 2^32. A row's values lie side by
// side, `step` of them a pixel.
//
//   add:      sums[i] += x[i]
//   exchange: sums[i] += entering[i] − leaving[i]
//   prefix:   y[i] = above[i] + x[i] + x[i − step] + x[i − 2 · step] + …  (above may be null: 0)
//   mean:     y[i] = ⌊(prefix[i + width · step] − prefix[i] + ⌊area / 2⌋) / area⌋
//
// for i < count and a step of 1 to 4. `mean` wants the difference and half the area to be below 2^31 and the
// quotient to fit its type. Nothing else is read or written; y may be x or above, but nothing else overlaps.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

struct PrefixArgs {
  const void* x;
  const int32_t* above;
  int32_t* y;
  int64_t count;
  int32_t step;
};

struct MeanArgs {
  const int32_t* prefix;
  int64_t width_values;  // width · step
  int32_t area;
  void* y;
  int64_t count;
};

// By SlotType; null for all but whole numbers, and int32 for all but prefixes.
struct SumKernels {
  void (*add[static_cast<int>(SlotType::kCount)])(const void* x, int32_t* sums, int64_t count);
  void (*exchange[static_cast<int>(SlotType::kCount)])(const void* entering, const void* leaving,
                                                       int32_t* sums, int64_t count);
  void (*mean[static_cast<int>(SlotType::kCount)])(const MeanArgs& args);
  void (*prefix[static_cast<int>(SlotType::kCount)])(const PrefixArgs& args);
  void (*add_sums)(const int32_t* x, int32_t* sums, int64_t count);
};

const SumKernels& sumKernels(Isa isa);

}  // namespace convkit
