#include "ops/image_whole.h"

#include <cmath>
#include <cstdint>

#include "ops/row_bands.h"
#include "ops/row_ring.h"

namespace convkit {
namespace {

constexpr int kMostTerms = 16;
constexpr double kMostByte = 255, kMostSum = INT16_MAX, kMostDelta = 1 << 20;

bool isWhole(double value) { return value == std::floor(value); }

// The largest sum that bytes can give, infinite where a weight is no whole number.
double largestSum(const float* weights, int32_t count) {
  double sum = 0;
  for (int32_t i = 0; i < count; ++i) sum += isWhole(weights[i]) ? std::fabs(double(weights[i])) : INFINITY;
  return sum;
}

void readWeights(const float* from, int32_t count, int16_t* weights) {
  for (int32_t i = 0; i < count; ++i) weights[i] = static_cast<int16_t>(from[i]);
}

}  // namespace

WholeSeparable::WholeSeparable(const ImageWindowGeometry& geometry, const Value& x,
                               const SeparableWeights& weights, const Value& y,
                               const double* border_and_delta, Isa isa)
    : g_(geometry),
      kernels_(filterKernels(isa)),
      rows_(geometry),
      stride_(ringStride(rows_.values() + kMirroredTile, sizeof(int16_t))),
      x_(x),
      y_(y),
      weights_(weights),
      border_value_(static_cast<int16_t>(border_and_delta[0])),
      delta_(static_cast<float>(border_and_delta[1])) {}

bool WholeSeparable::possible(const ImageWindowGeometry& geometry, const ImageTypes& types,
                              const double* border_and_delta) {
  const double border = border_and_delta[0], delta = border_and_delta[1];
  return types.x == SlotType::kUint8 && types.y == SlotType::kFloat32 &&
         geometry.kernel_height <= kMostTerms && geometry.kernel_width <= kMostTerms && isWhole(border) &&
         border >= 0 && border <= kMostByte && isWhole(delta) && std::fabs(delta) <= kMostDelta;
}

bool WholeSeparable::fits(const RunContext& context) const {
  const double down = largestSum(context.f32(weights_.rows), g_.kernel_height),
               across = largestSum(context.f32(weights_.columns), g_.kernel_width);
  // Weights and the sums of either direction fit, too.
  return std::fmax(down, 1) * std::fmax(across, 1) * kMostByte <= kMostSum;
}

void WholeSeparable::run(const RunContext& context) const {
  const double operations =
      static_cast<double>(rows_.values()) * (g_.kernel_height + g_.kernel_width + 8) / 8;
  forEachBand(
      context, g_.height, operations, g_.kernel_height - 1, [&](int64_t first, int64_t end, int participant) {
        filterBand(context, first, end, reinterpret_cast<int16_t*>(context.threadScratch(participant)));
      });
}

// The ring, and a row that is summed down.
size_t WholeSeparable::threadScratchBytes() const {
  return static_cast<size_t>((g_.kernel_height + 1) * stride_) * sizeof(int16_t);
}

void WholeSeparable::filterBand(const RunContext& context, int64_t first, int64_t end,
                                int16_t* scratch) const {
  int16_t down[kMostTerms], across[kMostTerms];
  readWeights(context.f32(weights_.rows), g_.kernel_height, down);
  readWeights(context.f32(weights_.columns), g_.kernel_width, across);
  int16_t* summed = scratch + g_.kernel_height * stride_;
  RowRing<int16_t> ring(scratch, stride_, g_.kernel_height, first - g_.anchor_y);
  const uint8_t* x = static_cast<const uint8_t*>(context.values[x_.id]);
  const auto fill = [&](int64_t place, int16_t* row) {
    rows_.fill(place, border_value_, row,
               [&](int64_t from, int64_t count, int16_t* to) { kernels_.widen_whole(x + from, count, to); });
  };
  for (int64_t row = first; row < end; ++row) {
    const int16_t* window[kMostTerms];
    ring.rows(row - g_.anchor_y, g_.kernel_height, window, fill);
    kernels_.whole_columns({window, g_.kernel_height, down, summed, rows_.values()});
    kernels_.whole_row({summed, g_.kernel_width, g_.channels, across, delta_,
                        context.f32(y_) + row * rows_.inner(), rows_.inner()});
  }
}

}  // namespace convkit
