#pragma once

#include "kernels/filter/filter.h"
#include "ops/image_border.h"
#include "ops/image_filter.h"
#include "ops/op.h"

namespace convkit {

// A separable filter of bytes to float32 whose weights are whole numbers, such as Sobel's: where no sum can
// leave 16 bits it is done in those, twice as many at a time. The values are those that float32 gives, which
// has whole numbers exactly.
class WholeSeparable {
 public:
  WholeSeparable(const ImageWindowGeometry& geometry, const Value& x, const SeparableWeights& weights,
                 const Value& y, const double* border_and_delta, Isa isa);

  // Whether what does not change between runs allows it.
  static bool possible(const ImageWindowGeometry& geometry, const ImageTypes& types,
                       const double* border_and_delta);
  // Whether the weights do.
  bool fits(const RunContext& context) const;
  void run(const RunContext& context) const;
  size_t threadScratchBytes() const;

 private:
  void filterBand(const RunContext& context, int64_t first, int64_t end, int16_t* scratch) const;

  const ImageWindowGeometry g_;
  const FilterKernels& kernels_;
  const BorderedRows rows_;
  const int64_t stride_;
  const Value x_, y_;
  const SeparableWeights weights_;
  const int16_t border_value_;
  const float delta_;
};

}  // namespace convkit
