#pragma once

#include <memory>

#include "ops/op.h"
#include "program/kinds.h"

namespace convkit {

// What the pixels of an operand and of the result are.
struct ImageTypes {
  SlotType x, y;
};

// y = delta + Σ x · weight over each window, in float32; `weights` is [kernel_height, kernel_width].
std::unique_ptr<Op> makeImageFilterOp(const ImageWindowGeometry& geometry, const ImageTypes& types,
                                      const Value& x, const Value& weights, const Value& y,
                                      const double* border_and_delta, Isa isa);

// The weights of a kernel's rows and of its columns.
struct SeparableWeights {
  Value rows;     // [kernel_height]
  Value columns;  // [kernel_width]
};

// The same for a product of two kernels: first down, rounded to float32, then across.
std::unique_ptr<Op> makeImageSeparableOp(const ImageWindowGeometry& geometry, const ImageTypes& types,
                                         const Value& x, const SeparableWeights& weights, const Value& y,
                                         const double* border_and_delta, Isa isa);

// x + amount · (x − what the separable kernel makes of x), where the difference is not below the threshold.
std::unique_ptr<Op> makeImageSharpenOp(const ImageWindowGeometry& geometry, const ImageTypes& types,
                                       const Value& x, const SeparableWeights& weights, const Value& y,
                                       const double* border_amount_threshold, Isa isa);

}  // namespace convkit
