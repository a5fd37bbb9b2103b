#include "ops/pool_windows.h"

#include <algorithm>

namespace convkit {
namespace {

struct SlidingAxis {
  int32_t input, output, kernel, stride, dilation, pad_before, pad_after;
};

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Taps at start, start + dilation, … that lie before `end`.
int64_t tapsBefore(int64_t start, int64_t end, const SlidingAxis& axis) {
  if (start >= end) return 0;
  return std::min<int64_t>(axis.kernel, divideUp(end - start, axis.dilation));
}

std::vector<PoolTaps> slidingTaps(const SlidingAxis& axis) {
  std::vector<PoolTaps> all(axis.output);
  for (int64_t i = 0; i < axis.output; ++i) {
    const int64_t start = i * axis.stride - axis.pad_before;
    const int64_t skipped = start < 0 ? divideUp(-start, axis.dilation) : 0;
    const int64_t taps = std::max<int64_t>(0, tapsBefore(start, axis.input, axis) - skipped);
    const int64_t first = taps > 0 ? start + skipped * axis.dilation : 0;
    const int64_t span = tapsBefore(start, int64_t{axis.input} + axis.pad_after, axis);
    all[i] = {static_cast<int32_t>(first), static_cast<int32_t>(taps), static_cast<int32_t>(span)};
  }
  return all;
}

std::vector<PoolTaps> adaptiveTaps(int64_t input, int64_t output) {
  std::vector<PoolTaps> all(output);
  for (int64_t i = 0; i < output; ++i) {
    const int64_t first = i * input / output;
    const int32_t taps = static_cast<int32_t>(divideUp((i + 1) * input, output) - first);
    all[i] = {static_cast<int32_t>(first), taps, taps};
  }
  return all;
}

double most(const std::vector<PoolTaps>& axis) {
  int32_t taps = 0;
  for (const PoolTaps& window : axis) taps = std::max(taps, window.taps);
  return taps;
}

}  // namespace

Extent3 PoolWindows::output() const {
  return {static_cast<int32_t>(d.size()), static_cast<int32_t>(h.size()), static_cast<int32_t>(w.size())};
}

double PoolWindows::mostTaps() const { return mostRowTaps() * mostColumnTaps(); }

double PoolWindows::mostRowTaps() const { return most(d) * most(h); }

double PoolWindows::mostColumnTaps() const { return most(w); }

PoolWindows slidingWindows(const Window& window) {
  const Window& v = window;
  PoolWindows windows;
  windows.d =
      slidingTaps({v.input.d, v.output.d, v.kernel.d, v.stride.d, v.dilation.d, v.pad_front, v.pad_back});
  windows.h =
      slidingTaps({v.input.h, v.output.h, v.kernel.h, v.stride.h, v.dilation.h, v.pad_top, v.pad_bottom});
  windows.w =
      slidingTaps({v.input.w, v.output.w, v.kernel.w, v.stride.w, v.dilation.w, v.pad_left, v.pad_right});
  windows.input = v.input;
  windows.step = v.dilation;
  return windows;
}

PoolWindows adaptiveWindows(const Extent3& input, const Extent3& output) {
  PoolWindows windows;
  windows.d = adaptiveTaps(input.d, output.d);
  windows.h = adaptiveTaps(input.h, output.h);
  windows.w = adaptiveTaps(input.w, output.w);
  windows.input = input;
  windows.step = {1, 1, 1};
  return windows;
}

std::vector<float> averageDivisors(const PoolGeometry& geometry, const PoolWindows& windows) {
  std::vector<float> divisors;
  for (const PoolTaps& d : windows.d) {
    for (const PoolTaps& h : windows.h) {
      for (const PoolTaps& w : windows.w) {
        double count = static_cast<double>(d.taps) * h.taps * w.taps;
        if (count == 0) {
          count = 1;
        } else if (geometry.divisor_override != 0) {
          count = geometry.divisor_override;
        } else if (geometry.count_include_pad != 0) {
          count = static_cast<double>(d.span) * h.span * w.span;
        }
        divisors.push_back(static_cast<float>(count));
      }
    }
  }
  return divisors;
}

}  // namespace convkit
