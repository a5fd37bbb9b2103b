// Rows of pixels to float32 and back, and what works on one value at a time.

#include "kernels/filter/filter.h"
#include "simd/bytes.h"
#include "simd/saturated.h"

namespace convkit {
namespace {

template <class T>
void widenRow(const void* x, int64_t count, float* __restrict y) {
  const T* values = static_cast<const T*>(x);
  for (int64_t i = 0; i < count; ++i) y[i] = static_cast<float>(values[i]);
}

template <class T>
void narrowRow(const float* __restrict x, int64_t count, void* y) {
  T* __restrict values = static_cast<T*>(y);
  int64_t i = 0;
  if constexpr (sizeof(T) == 1) {
    for (; i + 4 * kLanes <= count; i += 4 * kLanes) storeBytes(values + i, x + i);
  }
  for (; i < count; ++i) values[i] = saturated<T>(x[i]);
}

void sharpenRow(const SharpenArgs& args) {
  const float amount = args.amount, threshold = args.threshold;
  for (int64_t i = 0; i < args.count; ++i) {
    const float x = args.x[i], difference = x - args.blurred[i];
    const float sharper = x + amount * difference;
    args.y[i] = (difference < 0 ? -difference : difference) < threshold ? x : sharper;
  }
}

}  // namespace
}  // namespace convkit
