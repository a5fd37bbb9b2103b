#pragma once

// Poolings as plain loops, for the tests of the fast ones.

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "program/kinds.h"
#include "program/layout.h"

namespace convkit::test {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Calls visit(inside, d, h, w) for each tap of a window.
template <class Visit>
void forEachTap(const Window& w, const Extent3& o, Visit visit) {
  for (int kd = 0; kd < w.kernel.d; ++kd) {
    for (int kh = 0; kh < w.kernel.h; ++kh) {
      for (int kw = 0; kw < w.kernel.w; ++kw) {
        const int d = o.d * w.stride.d - w.pad_front + kd * w.dilation.d;
        const int h = o.h * w.stride.h - w.pad_top + kh * w.dilation.h;
        const int x = o.w * w.stride.w - w.pad_left + kw * w.dilation.w;
        const bool inside = d >= 0 && d < w.input.d && h >= 0 && h < w.input.h && x >= 0 && x < w.input.w;
        visit(inside, d, h, x);
      }
    }
  }
}

template <class Pool>
std::vector<float> forEachOutput(const PoolGeometry& g, const std::vector<float>& x, Pool pool) {
  std::vector<float> y;
  const Extent3& out = g.window.output;
  for (int64_t plane = 0; plane < int64_t{g.batch} * g.channels; ++plane) {
    const float* values = x.data() + plane * g.window.input.volume();
    for (int d = 0; d < out.d; ++d) {
      for (int h = 0; h < out.h; ++h) {
        for (int w = 0; w < out.w; ++w) y.push_back(pool(values, Extent3{d, h, w}));
      }
    }
  }
  return y;
}

// The maximum of one window of a plane, and where in the plane it is.
struct Maximum {
  float value;
  int32_t index;
};

inline Maximum windowMax(const PoolGeometry& g, const float* plane, const Extent3& o) {
  Maximum max{-kInfinity, -1};
  forEachTap(g.window, o, [&](bool inside, int d, int h, int w) {
    if (!inside) return;
    const int at = (d * g.window.input.h + h) * g.window.input.w + w;
    if (max.index < 0 || plane[at] > max.value || std::isnan(plane[at])) max = {plane[at], at};
  });
  return {max.value, max.index < 0 ? 0 : max.index};
}

inline float windowAverage(const PoolGeometry& g, const float* plane, const Extent3& o) {
  double sum = 0;
  int inside_count = 0, padded_count = 0;
  const Window& v = g.window;
  forEachTap(v, o, [&](bool inside, int d, int h, int w) {
    if (inside) sum += plane[(d * v.input.h + h) * v.input.w + w];
    inside_count += inside;
    padded_count += d < v.input.d + v.pad_back && h < v.input.h + v.pad_bottom && w < v.input.w + v.pad_right;
  });
  const int count = g.count_include_pad ? padded_count : inside_count;
  return static_cast<float>(sum / (g.divisor_override ? g.divisor_override : count));
}

struct Maxima {
  std::vector<float> values;
  std::vector<int32_t> indices;
  float add(const Maximum& maximum) {
    indices.push_back(maximum.index);
    return maximum.value;
  }
};

inline Maxima plainMax(const PoolGeometry& g, const std::vector<float>& x) {
  Maxima result;
  result.values = forEachOutput(
      g, x, [&](const float* plane, const Extent3& o) { return result.add(windowMax(g, plane, o)); });
  return result;
}

inline std::vector<float> plainAverage(const PoolGeometry& g, const std::vector<float>& x) {
  return forEachOutput(g, x,
                       [&](const float* plane, const Extent3& o) { return windowAverage(g, plane, o); });
}

inline Dims inputDims(const PoolGeometry& g) { return {g.batch, g.channels, g.window.input}; }
inline Dims outputDims(const PoolGeometry& g) { return {g.batch, g.channels, g.window.output}; }

inline Dims inputDims(const ResizeGeometry& g) { return {g.batch, g.channels, g.input}; }
inline Dims outputDims(const ResizeGeometry& g) { return {g.batch, g.channels, g.output}; }

// Some NaNs, and infinities of both signs, in numbers.
inline std::vector<float> withSpecials(std::vector<float> x) {
  for (size_t i = 3; i < x.size(); i += 29) x[i] = kNan;
  for (size_t i = 5; i < x.size(); i += 31) x[i] = -kInfinity;
  for (size_t i = 7; i < x.size(); i += 37) x[i] = kInfinity;
  return x;
}

// For tables of poolings.
struct PoolShape {
  const char* name;
  int32_t batch, channels;
  Extent3 input, kernel, stride, dilation, pad;
  bool ceil;
};

inline int32_t outputOf(int32_t input, int32_t kernel, int32_t stride, int32_t dilation, int32_t pad,
                        bool ceil) {
  const int32_t room = input + 2 * pad - dilation * (kernel - 1) - 1;
  int32_t output = (room + (ceil ? stride - 1 : 0)) / stride + 1;
  if (ceil && (output - 1) * stride >= input + pad) --output;
  return output;
}

inline PoolGeometry geometryOf(const PoolShape& s) {
  Window w{s.input, {}, s.kernel, s.stride, s.dilation, s.pad.d, s.pad.d, s.pad.h, s.pad.h, s.pad.w, s.pad.w};
  w.output = {outputOf(s.input.d, s.kernel.d, s.stride.d, s.dilation.d, s.pad.d, s.ceil),
              outputOf(s.input.h, s.kernel.h, s.stride.h, s.dilation.h, s.pad.h, s.ceil),
              outputOf(s.input.w, s.kernel.w, s.stride.w, s.dilation.w, s.pad.w, s.ceil)};
  return {s.batch, s.channels, w, 1, 0};
}

// Adaptive windows as sliding ones: one geometry an output, so that the same loops serve.
inline PoolGeometry adaptiveWindow(const ResizeGeometry& g, const Extent3& o) {
  auto first = [](int32_t i, int32_t n, int32_t out) { return static_cast<int32_t>(int64_t{i} * n / out); };
  auto end = [](int32_t i, int32_t n, int32_t out) {
    return static_cast<int32_t>(((i + int64_t{1}) * n + out - 1) / out);
  };
  const Extent3 from{first(o.d, g.input.d, g.output.d), first(o.h, g.input.h, g.output.h),
                     first(o.w, g.input.w, g.output.w)};
  const Extent3 kernel{end(o.d, g.input.d, g.output.d) - from.d, end(o.h, g.input.h, g.output.h) - from.h,
                       end(o.w, g.input.w, g.output.w) - from.w};
  Window w{g.input, {1, 1, 1}, kernel, {1, 1, 1}, {1, 1, 1}, -from.d, 0, -from.h, 0, -from.w, 0};
  return {1, 1, w, 0, 0};
}

// pool(geometry, plane) gives the only output of an adaptive window.
template <class Pool>
std::vector<float> forEachAdaptive(const ResizeGeometry& g, const std::vector<float>& x, Pool pool) {
  PoolGeometry outputs{g.batch, g.channels, {}, 0, 0};
  outputs.window.input = g.input;
  outputs.window.output = g.output;
  return forEachOutput(
      outputs, x, [&](const float* plane, const Extent3& o) { return pool(adaptiveWindow(g, o), plane); });
}

inline Maxima adaptiveMax(const ResizeGeometry& g, const std::vector<float>& x) {
  Maxima result;
  result.values = forEachAdaptive(g, x, [&](const PoolGeometry& window, const float* plane) {
    return result.add(windowMax(window, plane, {0, 0, 0}));
  });
  return result;
}

inline std::vector<float> adaptiveAverage(const ResizeGeometry& g, const std::vector<float>& x) {
  return forEachAdaptive(g, x, [](const PoolGeometry& window, const float* plane) {
    return windowAverage(window, plane, {0, 0, 0});
  });
}

}  // namespace convkit::test
