#include "ops/grid_taps.h"

#include <algorithm>
#include <cmath>

namespace convkit {
namespace {

// Beyond this float32 knows no single pixels any more, and int64 no larger numbers need be.
constexpr float kFar = 1e9f;

// A NaN where no pixel is meant.
float pixelCoordinate(float place, int32_t size, const GridSampleGeometry& geometry) {
  const float length = static_cast<float>(size);
  float pixel = geometry.align_corners ? (place + 1) / 2 * (length - 1) : ((place + 1) * length - 1) / 2;
  if (geometry.mode == GridMode::kNearest) pixel = std::nearbyint(pixel);
  // Reflecting never ends.
  if (std::isinf(pixel) && geometry.padding == GridPadding::kReflection) return NAN;
  return std::clamp(pixel, -kFar, kFar);
}

int32_t reflected(int64_t pixel, int32_t size, bool align_corners) {
  if (size == 1) return 0;
  const int64_t period = 2 * (align_corners ? int64_t{size} - 1 : int64_t{size});
  const int64_t place = (pixel % period + period) % period;
  if (place < size) return static_cast<int32_t>(place);
  return static_cast<int32_t>(align_corners ? period - place : period - 1 - place);
}

int32_t padded(int64_t pixel, int32_t size, const GridSampleGeometry& geometry) {
  if (pixel >= 0 && pixel < size) return static_cast<int32_t>(pixel);
  if (geometry.padding == GridPadding::kZeros) return -1;
  if (geometry.padding == GridPadding::kBorder) return pixel < 0 ? 0 : size - 1;
  return reflected(pixel, size, geometry.align_corners != 0);
}

// Keys' cubic convolution with A = -0.75, for a point `t` behind the second of four pixels.
void cubicWeights(float t, float weights[4]) {
  constexpr float kA = -0.75f;
  auto inner = [](float d) { return ((kA + 2) * d - (kA + 3)) * d * d + 1; };
  auto outer = [](float d) { return ((kA * d - 5 * kA) * d + 8 * kA) * d - 4 * kA; };
  weights[0] = outer(t + 1);
  weights[1] = inner(t);
  weights[2] = inner(1 - t);
  weights[3] = outer(2 - t);
}

}  // namespace

int tapsPerAxis(GridMode mode) {
  if (mode == GridMode::kNearest) return 1;
  return mode == GridMode::kBilinear ? 2 : 4;
}

GridTaps gridTaps(float place, int32_t size, const GridSampleGeometry& geometry) {
  const int count = tapsPerAxis(geometry.mode);
  const float pixel = pixelCoordinate(place, size, geometry);
  GridTaps taps{};
  if (std::isnan(pixel)) {
    std::fill_n(taps.pixels, count, -1);
    return taps;
  }
  const float whole = std::floor(pixel), rest = pixel - whole;
  int64_t first = static_cast<int64_t>(whole);
  if (geometry.mode == GridMode::kNearest) {
    taps.weights[0] = 1;
  } else if (geometry.mode == GridMode::kBilinear) {
    taps.weights[0] = 1 - rest;
    taps.weights[1] = rest;
  } else {
    cubicWeights(rest, taps.weights);
    first -= 1;
  }
  for (int t = 0; t < count; ++t) taps.pixels[t] = padded(first + t, size, geometry);
  return taps;
}

}  // namespace convkit
