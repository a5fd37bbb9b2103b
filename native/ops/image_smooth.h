#pragma once

#include <memory>

#include "ops/op.h"
#include "program/kinds.h"

namespace convkit {

// Halves of two symmetric kernels, from the middle out, in units of 2^-15.
struct SmoothWeights {
  Value rows;     // [kernel_height / 2 + 1]
  Value columns;  // [kernel_width / 2 + 1]
};

// Smoothing of a uint8 image in whole numbers of 16 bits; see IMAGE_SMOOTH in src/program/step.ts.
std::unique_ptr<Op> makeImageSmoothOp(const ImageWindowGeometry& geometry, const Value& x,
                                      const SmoothWeights& weights, const Value& y, double border_value,
                                      Isa isa);

}  // namespace convkit
