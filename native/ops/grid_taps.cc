#include "ops/grid_taps.h"

#include <algorithm>
#include <cmath>

namespace convkit {
namespace {

// Beyond this float32 knows no single pixels any more, and int64 no larger numbers need be.
constexpr float kFar = 1e9f;

float pixelCoordinate(float place, int32_t size, bool align_corners) {
  const float known = place != place ? -1.0f : place;
  const float length = static_cast<float>(size);
  const float pixel =
      align_corners ? (known + 1) / 2 * static_cast<float>(size - 1) : ((known + 1) * length - 1) / 2;
  // An infinity times 0 is no number either.
  return pixel == pixel ? std::clamp(pixel, -kFar, kFar) : 0.0f;
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
  const float pixel = pixelCoordinate(place, size, geometry.align_corners != 0);
  const float whole = geometry.mode == GridMode::kNearest ? std::nearbyint(pixel) : std::floor(pixel);
  const float rest = pixel - whole;
  GridTaps taps{};
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
  for (int t = 0; t < tapsPerAxis(geometry.mode); ++t) taps.pixels[t] = padded(first + t, size, geometry);
  return taps;
}

}  // namespace convkit
