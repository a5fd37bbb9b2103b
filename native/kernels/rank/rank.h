#pragma once

// Kernel family `rank`: what takes one of the values in a window, on rows that were given a border before. A
// row's values lie side by side, `step` of them a pixel.
//
//   smallest, largest:  y[i] = the extreme of x[t][i], t < terms
//   sort_columns:       sorted[j][i] = the j-th smallest of x[t][i], t < size
//   median:             y[i] = the median of sorted[j][i + t · step], j, t < size, the values of sorted
//   columns
//
// for i < count and a size of 3 or 5. x, sorted and y may have been written and are read to the end of a
// vector of 64 bytes; y itself is written for i < count only. Of x and y only smallest and largest may have y
// = x[0]. Where a float32 is NaN the result is one of the window's values.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

constexpr int kLargestMedian = 5;

struct ExtremeArgs {
  const void* const* x;
  int64_t terms;
  void* y;
  int64_t count;
};

struct SortColumnsArgs {
  const void* const* x;
  void* const* sorted;
  int64_t count;
};

struct MedianArgs {
  const void* const* sorted;
  int32_t step;
  void* y;
  int64_t count;
};

// Of one type of values. Medians of 3, then of 5.
struct RankKernelsOf {
  void (*smallest)(const ExtremeArgs& args);
  void (*largest)(const ExtremeArgs& args);
  void (*sort_columns[2])(const SortColumnsArgs& args);
  void (*median[2])(const MedianArgs& args);
};

// By SlotType; null for what is no pixel.
struct RankKernels {
  RankKernelsOf of[static_cast<int>(SlotType::kCount)];
};

const RankKernels& rankKernels(Isa isa);

}  // namespace convkit
