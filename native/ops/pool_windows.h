#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/kinds.h"

namespace convkit {

// The part of one pooling window that lies inside the input, along one axis.
struct PoolTaps {
  int32_t first;  // position of the first tap inside the input; 0 where there is none
  int32_t taps;   // how many taps are inside
  int32_t span;   // how many are inside the input and its padding: what ceil mode adds beyond never counts
};

// All windows of a pooling.
struct PoolWindows {
  std::vector<PoolTaps> d, h, w;
  Extent3 input;
  Extent3 step;  // from one tap to the next, in pixels

  Extent3 output() const;
  // Taps of the largest window, an upper bound of the work for one output.
  double mostTaps() const;
  // Of those, in a column and in a row.
  double mostRowTaps() const;
  double mostColumnTaps() const;
  size_t bytes() const { return (d.size() + h.size() + w.size()) * sizeof(PoolTaps); }
};

PoolWindows slidingWindows(const Window& window);

// Averages of more terms than this get a careful summation.
constexpr double kManyTerms = 256;

// What each output of a plane is divided by; 1 where its window is empty, and its average 0.
std::vector<float> averageDivisors(const PoolGeometry& geometry, const PoolWindows& windows);

// Window i covers floor(i·n / out) … ceil((i + 1)·n / out).
PoolWindows adaptiveWindows(const Extent3& input, const Extent3& output);

}  // namespace convkit
