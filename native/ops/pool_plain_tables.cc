#include "ops/pool_plain_tables.h"

#include <cmath>

namespace convkit {
namespace {

std::vector<PlaneTaps> tableOf(const std::vector<PoolTaps>& axis) {
  std::vector<PlaneTaps> table;
  for (const PoolTaps& taps : axis) table.push_back({taps.first, taps.taps, 1});
  return table;
}

// How many taps along the axis an average counts. The sum over an empty window is 0, and so is its average.
void countTaps(const std::vector<PoolTaps>& axis, bool count_padding, std::vector<PlaneTaps>& table) {
  for (size_t i = 0; i < axis.size(); ++i) {
    const int32_t count = count_padding ? axis[i].span : axis[i].taps;
    if (axis[i].taps != 0) table[i].factor = static_cast<float>(count);
  }
}

bool isPowerOfTwo(float value) {
  int exponent;
  return std::fabs(std::frexp(value, &exponent)) == 0.5f;
}

}  // namespace

PlainPool slidingPool(PoolReduction reduction, const PoolGeometry& geometry) {
  return {reduction, slidingWindows(geometry.window), geometry, {}, {}, {}};
}

PlainPool adaptivePool(PoolReduction reduction, const ResizeGeometry& resize) {
  PoolGeometry geometry{resize.batch, resize.channels, {}, 0, 0};
  geometry.window.input = resize.input;
  geometry.window.output = resize.output;
  geometry.window.dilation = {1, 1, 1};
  if (resize.input.w % resize.output.w == 0) {
    geometry.window.kernel.w = geometry.window.stride.w = resize.input.w / resize.output.w;
  }
  return {reduction, adaptiveWindows(resize.input, resize.output), geometry, {}, {}, {}};
}

PlaneTables::PlaneTables(const PlainPool& pool, bool factors)
    : d_(tableOf(pool.windows.d)), h_(tableOf(pool.windows.h)), w_(tableOf(pool.windows.w)) {
  if (factors) addFactors(pool);
  const Extent3& input = pool.windows.input;
  planes_.output = pool.windows.output();
  planes_.row_step = input.w;
  planes_.slice_step = int64_t{input.w} * input.h;
  planes_.plane_step = input.volume();
  planes_.row_tap = planes_.row_step * pool.windows.step.h;
  planes_.slice_tap = planes_.slice_step * pool.windows.step.d;
}

PoolPlanes PlaneTables::planes() const {
  PoolPlanes planes = planes_;
  planes.d = d_.data();
  planes.h = h_.data();
  planes.w = w_.data();
  return planes;
}

// Powers of two have exact reciprocals, and a product is some ten times faster than a quotient.
void PlaneTables::addFactors(const PlainPool& pool) {
  if (const int32_t divisor = pool.geometry.divisor_override) {
    for (PlaneTaps& taps : d_) taps.factor = static_cast<float>(divisor);
  } else {
    const bool count_padding = pool.geometry.count_include_pad != 0;
    countTaps(pool.windows.d, count_padding, d_);
    countTaps(pool.windows.h, count_padding, h_);
    countTaps(pool.windows.w, count_padding, w_);
  }
  multiply_ = true;
  for (const auto* axis : {&d_, &h_, &w_}) {
    for (const PlaneTaps& taps : *axis) multiply_ = multiply_ && isPowerOfTwo(taps.factor);
  }
  if (!multiply_) return;
  for (auto* axis : {&d_, &h_, &w_}) {
    for (PlaneTaps& taps : *axis) taps.factor = 1 / taps.factor;
  }
}

}  // namespace convkit
