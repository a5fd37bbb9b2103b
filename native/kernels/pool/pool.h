#pragma once

// Kernel family `pool`: maxima and averages over windows, with one block of channels in the lanes.
//
//   max, average              one output row: y[o] = reduction of x over the window of output o
//   max_rows, sum_rows        one row of column-wise reductions, for pooling one axis after the other
//   max_window, average_window one output, for large windows of contiguous columns
//
// A NaN in a window makes its maximum NaN; a window without taps has the maximum -Infinity. Sums run
// over slices, rows, columns in this order, the window kernels' with partial sums that depend on the
// window's size only; so a result never depends on how the output was cut.
//
// Reads and writes exactly the pixels of the windows and outputs, `lanes` floats each. No alignment is
// needed. y overlaps nothing.

#include <cstdint>

#include "core/cpu.h"

namespace convkit {

// The rows of a window, clipped to the input. Steps are in floats.
struct PoolRows {
  const float* x;  // column 0 of the first row
  int32_t slices, rows;
  int64_t slice_step, row_step;
};

// The columns of one output's window, clipped to the input.
struct PoolColumn {
  int32_t first, taps;
  float count;  // how many columns an average counts
};

struct PoolRowArgs {
  PoolRows window;
  float* y;
  int32_t outputs;
  const PoolColumn* columns;  // one an output
  // Outputs whose windows have all their columns inside the input.
  int32_t interior_begin, interior_end;
  int32_t stride, dilation;  // of columns, in pixels
  // An average is the sum divided by this and by the column's count.
  float row_count;
};

struct PoolColumnsArgs {
  PoolRows window;
  float* y;
  int32_t columns;
};

struct PoolWindowArgs {
  PoolRows window;
  float* y;
  int64_t columns;  // pixels a row, one after another
  float divisor;
};

struct PoolKernels {
  int lanes;
  void (*max)(const PoolRowArgs& args);
  void (*average)(const PoolRowArgs& args);
  void (*max_rows)(const PoolColumnsArgs& args);
  void (*sum_rows)(const PoolColumnsArgs& args);
  void (*max_window)(const PoolWindowArgs& args);
  void (*average_window)(const PoolWindowArgs& args);
};

const PoolKernels& poolKernels(Isa isa);

}  // namespace convkit
