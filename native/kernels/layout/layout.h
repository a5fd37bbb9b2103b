#pragma once

// Kernel family `layout`: matrices of floats brought from one order to another.
//
//   transpose   to[c · to_stride + r] = from[r · from_stride + c]
//   scatter     to[to_columns[c] + r] = from[r · from_stride + c]
//   copy        to[r · to_stride + c] = from[r · from_stride + c], and zeros for columns ≤ c < padded
//
// for r < rows, c < columns. Writes exactly these, some of them twice; reads no more, except that
// transpose and scatter may read the columns of rows < readable_rows. `to` overlaps nothing.
// Between plain planes and channel blocks, rows are channels (to blocks) or pixels (to planes).

#include <cstdint>

#include "core/cpu.h"

namespace convkit {

struct LayoutArgs {
  const float* from;
  int64_t from_stride;
  float* to;
  int64_t to_stride;
  int64_t rows, columns;
  int64_t readable_rows;                // at least `rows`
  int64_t padded;                       // of copy
  const int64_t* to_columns = nullptr;  // of scatter
  bool stream = false;  // transpose: columns of `to` are multiples of 64 bytes from 0, and go past the caches
};

struct LayoutKernels {
  void (*transpose)(const LayoutArgs& args);
  void (*scatter)(const LayoutArgs& args);
  void (*copy)(const LayoutArgs& args);
};

const LayoutKernels& layoutKernels(Isa isa);

}  // namespace convkit
