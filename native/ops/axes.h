#pragma once

#include <cstdint>
#include <initializer_list>

#include "program/kinds.h"

namespace convkit {

// The most operands that one step walks with strides of their own.
constexpr int kMostWalked = 3;

// Axes of a step with its operands' strides, outermost first: those of size 1 are left out, and neighbours
// that every operand walks alike are one. There is at least one.
struct MergedAxes {
  int count = 0;
  int operands = 0;
  int64_t size[kMostAxes];
  int64_t stride[kMostWalked][kMostAxes];

  int64_t innerSize() const { return size[count - 1]; }
  int64_t innerStride(int operand) const { return stride[operand][count - 1]; }
  int64_t volume() const;
};

MergedAxes mergeAxes(const Axes& size, std::initializer_list<const Axes*> strides);

// A place among the axes but the innermost, and how far from their bases it takes the operands.
class AxesWalk {
 public:
  // At row `row` of the `volume / innerSize` rows.
  AxesWalk(const MergedAxes& axes, int64_t row);
  int64_t offset(int operand) const { return offset_[operand]; }
  void next();

 private:
  const MergedAxes& axes_;
  int64_t index_[kMostAxes];
  int64_t offset_[kMostWalked] = {};
};

// Copies values begin … begin + count of the walk through one operand's axes to `to`, one after another.
void gatherValues(const MergedAxes& axes, int operand, const float* base, int64_t begin, int64_t count,
                  float* to);

}  // namespace convkit
