#pragma once

// Kernel family `pool_plane`: maxima and averages over windows of plain planes, with neighbouring columns in
// the lanes. One plane lies after another, in x as in y, and outputs are counted through all of them.
//
//   max_rows, average_rows        output rows. The rows of a window are reduced into a line of scratch, then
//                                 that line across: right where windows overlap or are a few columns wide
//   max_windows, average_windows  one window after another, along its runs of columns: right for wide
//                                 windows and for whole planes
//
// A NaN in a window makes its maximum NaN; a window without taps has the maximum -Infinity and the sum 0.
// Row kernels add the rows of a column in order, then columns in order, with zeros for the padding. Window
// kernels keep partial sums that depend on the window's size only, and compensate where there are many terms.
// So a result never depends on how the output was cut.
//
// Reads x at columns of the windows' rows, from the first that a segment needs to its last, and nothing
// beyond; writes exactly y. No alignment is needed. y overlaps nothing.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

// The part of a window inside the input, along one axis.
struct PlaneTaps {
  int32_t first, taps;
  float factor;  // of the average's divisor, or of its reciprocal
};

// Steps are in floats. Taps of a window are `tap` apart.
struct PoolPlanes {
  const PlaneTaps *d, *h, *w;  // one an output along the axis
  Extent3 output;
  int64_t plane_step, slice_step, row_step;
  int64_t slice_tap, row_tap;
};

// Neighbouring outputs of a row, and the columns that they need. What lies outside of the input is padding.
struct PoolSegment {
  int32_t first, outputs;
  int64_t begin, end;
};

// Rows that go down into lines before any goes across: reading a line that has just been written stalls.
// 3×3 with stride 1 over 64 planes of 56² took 85 µs one by one, 50 by eight on an Intel Xeon with AMX.
constexpr int kPoolLines = 8;

enum class PoolAcross {
  kStride1,
  kStride2,
  kAnyStride,   // with neighbouring taps
  kEachWindow,  // whatever the windows; segments without padding
};

struct PoolRowsArgs {
  const PoolPlanes* planes;
  const float* x;
  float* y;
  int64_t first, rows;  // output rows
  // Scratch for kPoolLines lines. In each is room for two vectors more than a segment's columns, and, where
  // windows are taken by vectors, for two more than vectors · lanes · stride + taps · dilation.
  float* lines;
  int64_t line_step;
  const PoolSegment* segments;
  int32_t segment_count;
  PoolAcross across;
  int32_t width;                   // columns of the input
  int32_t taps, stride, dilation;  // of columns
  const float* factors;            // of columns; may be read up to a vector past the last
  bool multiply;                   // factors are of the reciprocal
};

struct PoolWindowsArgs {
  const PoolPlanes* planes;
  const float* x;
  float* y;
  int64_t first, outputs;
  const float* divisors;  // one an output of a plane
};

struct PoolPlaneKernels {
  int lanes;
  void (*max_rows)(const PoolRowsArgs& args);
  void (*average_rows)(const PoolRowsArgs& args);
  void (*max_windows)(const PoolWindowsArgs& args);
  void (*average_windows)(const PoolWindowsArgs& args);
};

const PoolPlaneKernels& poolPlaneKernels(Isa isa);

}  // namespace convkit
