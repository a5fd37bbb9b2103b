#pragma once

#include <memory>

#include "ops/op.h"
#include "ops/pool_windows.h"

namespace convkit {

// Maxima with their places, on plain values. A window without taps has the maximum −Infinity, at 0.
struct MaxIndicesPool {
  int64_t planes;
  PoolWindows windows;
  Value x, y, indices;
};

std::unique_ptr<Op> makeMaxIndicesOp(MaxIndicesPool pool);

}  // namespace convkit
