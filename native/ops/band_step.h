#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "ops/op.h"
#include "ops/tap_conv.h"

namespace convkit {

// Rows of a band of output, and the rows of input that its windows meet: some of the plane's, with rows of
// padding above and below.
struct BandRows {
  int32_t output, first_input, input, above, below;
  // Computed by the same step, elsewhere in the plane.
  bool alike(const BandRows& other) const {
    return output == other.output && input == other.input && above == other.above && below == other.below;
  }
};
BandRows bandRowsAt(const Window& window, int32_t first, int32_t output);

// Where a band begins in each operand. Residual, bias and slope may be null.
struct BandOperands {
  float *x, *residual, *y;
  float *weights, *bias, *slope;
};

// Computes bands of one group of one image, in a thread's scratch, with the ops that do the same for whole
// tensors.
class BandStep {
 public:
  BandStep(const TapConvSpec& whole, const Window& window, int32_t x_block, const BandRows& rows);

  const BandRows& rows() const { return rows_; }
  void run(const BandOperands& operands, char* scratch, const std::atomic<bool>* cancelled) const;
  size_t scratchBytes() const { return (x_floats_ + y_floats_ * (bring_residual_ ? 2 : 1)) * sizeof(float); }
  size_t residentBytes() const { return products_->residentBytes(); }

 private:
  BandRows rows_;
  std::unique_ptr<Op> zero_halo_, bring_x_, bring_residual_;  // null: nothing to do
  std::unique_ptr<Op> products_, take_y_;
  size_t x_floats_, y_floats_;
};

}  // namespace convkit
