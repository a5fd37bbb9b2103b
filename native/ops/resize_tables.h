#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/image_resize/image_resize.h"
#include "program/kinds.h"

namespace convkit {

// The inputs that an output is made of.
struct TapSpan {
  int64_t first, count;
};

// Bounds are an operand, and whatever they say, what is read lies inside the input.
inline TapSpan tapSpan(const int32_t* bounds, int64_t output, int64_t taps, int64_t length) {
  const int64_t count = std::clamp<int64_t>(bounds[2 * output + 1], 0, taps);
  return {std::clamp<int64_t>(bounds[2 * output], 0, length - count), count};
}

// A whole number from a weight, which has fewer bits where anyone means it.
inline int32_t wholeWeight(float weight, int32_t most) {
  const float limit = static_cast<float>(most);
  // Comparisons with NaN are false.
  return static_cast<int32_t>(weight > -limit ? std::min(weight, limit) : -limit);
}

constexpr int32_t kMostSplitWeight = 1 << 23;
constexpr int32_t kMostShortWeight = INT16_MAX;
// What stands for 1 in wide sums.
constexpr int32_t kShortOne = 1 << 11;

// low + high · 2^kHighShift.
struct SplitWeight {
  int16_t low, high;
};

inline SplitWeight splitWeight(float weight) {
  const int32_t whole = wholeWeight(weight, kMostSplitWeight);
  const int32_t high = (whole + (1 << (kHighShift - 1))) >> kHighShift;
  return {static_cast<int16_t>(whole - high * (1 << kHighShift)), static_cast<int16_t>(high)};
}

// How the kernels want the weights along rows of bytes.
struct AcrossPacking {
  AcrossPacking(const ImageResizeGeometry& geometry)
      : wide(geometry.arithmetic != ResizeArithmetic::kFixed),
        group(weightsInGroup(geometry.input.channels)),
        groups((geometry.taps_across + group - 1) / group),
        weights_stride(groups * group * (wide ? 1 : 2)),
        outputs(geometry.output_width) {}

  const bool wide;
  const int64_t group, groups, weights_stride, outputs;

  // Spans of two words, then the weights.
  int64_t words() const { return 2 * outputs + (outputs * weights_stride + 1) / 2; }
};

// `packed` has room for AcrossPacking::words().
void packAcross(const ImageResizeGeometry& geometry, const int32_t* bounds, const float* weights,
                int32_t* packed);

}  // namespace convkit
