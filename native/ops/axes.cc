#include "ops/axes.h"

#include <algorithm>
#include <cstring>

#include "ops/rows.h"

namespace convkit {

int64_t MergedAxes::volume() const {
  int64_t volume = 1;
  for (int axis = 0; axis < count; ++axis) volume *= size[axis];
  return volume;
}

MergedAxes mergeAxes(const Axes& size, std::initializer_list<const Axes*> strides) {
  MergedAxes merged;
  merged.operands = static_cast<int>(strides.size());
  for (int axis = 0; axis < kMostAxes; ++axis) {
    const int64_t n = size.at[axis];
    const bool last = axis == kMostAxes - 1;
    if (n == 1 && !(last && merged.count == 0)) continue;
    // The axis before this one, if every operand goes on from it in the same step.
    bool continues = merged.count > 0;
    int operand = 0;
    for (const Axes* stride : strides) {
      continues = continues && merged.stride[operand++][merged.count - 1] == n * int64_t{stride->at[axis]};
    }
    const int to = continues ? merged.count - 1 : merged.count++;
    merged.size[to] = continues ? merged.size[to] * n : n;
    operand = 0;
    for (const Axes* stride : strides) merged.stride[operand++][to] = stride->at[axis];
  }
  return merged;
}

AxesWalk::AxesWalk(const MergedAxes& axes, int64_t row) : axes_(axes) {
  for (int axis = axes.count - 2; axis >= 0; --axis) {
    index_[axis] = takeAxis(row, axes.size[axis]);
    for (int i = 0; i < axes.operands; ++i) offset_[i] += index_[axis] * axes.stride[i][axis];
  }
}

void AxesWalk::next() {
  for (int axis = axes_.count - 2; axis >= 0; --axis) {
    const bool wraps = ++index_[axis] == axes_.size[axis];
    if (wraps) index_[axis] = 0;
    const int64_t steps = wraps ? 1 - axes_.size[axis] : 1;
    for (int i = 0; i < axes_.operands; ++i) offset_[i] += steps * axes_.stride[i][axis];
    if (!wraps) return;
  }
}

void gatherValues(const MergedAxes& axes, int operand, const float* base, int64_t begin, int64_t count,
                  float* to) {
  const int64_t inner = axes.innerSize(), stride = axes.innerStride(operand);
  AxesWalk walk(axes, begin / inner);
  for (int64_t place = begin % inner; count > 0; place = 0, walk.next()) {
    const int64_t run = std::min(inner - place, count);
    const float* from = base + walk.offset(operand) + place * stride;
    if (stride == 1 && run >= 16) {
      std::memcpy(to, from, static_cast<size_t>(run) * sizeof(float));
    } else {
      for (int64_t i = 0; i < run; ++i) to[i] = from[i * stride];
    }
    to += run;
    count -= run;
  }
}

}  // namespace convkit
