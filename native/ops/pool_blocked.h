#pragma once

// What the sliding and the adaptive pooling share on blocked layouts.

#include <memory>

#include "kernels/pool/pool.h"
#include "ops/op.h"
#include "ops/pool_windows.h"

namespace convkit {

enum class PoolReduction { kMax, kAverage };

struct BlockedPool {
  PoolReduction reduction;
  PoolWindows windows;
  Value x, y;
  Isa isa;
};

// The window kernels for each output by itself, with neighbouring columns: for averages whose long sums need
// care and for windows of differing sizes. Divides by the number of taps inside the input, or by `divisors`
// where they are given: one an output of a plane.
std::unique_ptr<Op> makeWindowPoolOp(BlockedPool pool, std::vector<float> divisors = {});

// Where the part of a window's rows begins that lies in the plane of `x`, in floats from column 0 on.
PoolRows windowRows(const float* plane, const Layout& layout, const BlockedPool& pool, const PoolTaps& d,
                    const PoolTaps& h);

// One row of outputs of one image's channel block.
struct PoolRow {
  int64_t plane;  // image · blocks + block
  int64_t d, h;
};
PoolRow poolRowAt(int64_t row, const PoolWindows& windows);

// Column 0 of a row of real pixels.
int64_t rowOffset(const Layout& layout, const PoolRow& row);
// The first real pixel of a plane.
int64_t planeOffset(const Layout& layout, int64_t plane);

}  // namespace convkit
